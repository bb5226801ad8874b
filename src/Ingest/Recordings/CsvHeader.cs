using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>The columns of a text table.</summary>
/// <param name="Names">One for each column, no two alike.</param>
/// <param name="InFile">Whether they stood in the file; else they are column1, column2, …</param>
internal sealed record CsvHeader(string[] Names, bool InFile)
{
    private static readonly string[] TimeNames = ["datetime", "timestamp", "time", "date", "t", "seconds", "time_s"];

    public static CsvHeader Named(string[] row)
    {
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        return new CsvHeader([.. row.Select((name, i) => name.Length > 0 && seen.Add(name) ? name : ColumnName(i))], InFile: true);
    }

    public static CsvHeader Numbered(int count) => new([.. Enumerable.Range(0, count).Select(ColumnName)], InFile: false);

    /// <summary>A header has names in it and neither numbers nor dates.</summary>
    public static bool IsHeader(CsvDialect dialect, string[] row) =>
        Array.Exists(row, cell => cell.Length > 0)
        && Array.TrueForAll(row, cell => cell.Length == 0 || !(dialect.TryNumber(cell, out _) || CsvClock.TryDate(cell, out _)));

    /// <summary>Every row is as wide as the header, but for an empty cell after a delimiter at the line's end.</summary>
    public void CheckWidth(RecordingSource source, int width, bool lastIsEmpty, long line)
    {
        if (width != Names.Length && !(width == Names.Length + 1 && lastIsEmpty))
        {
            throw source.Fault(
                FormattableString.Invariant($"{Names.Length} cells in line {line}"), width.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The column that the options name, else one with a usual name, else the first that holds dates; −1 for none.</summary>
    public int FindTime(RecordingSource source, CsvDialect dialect, string[] firstRow)
    {
        if (source.Options.TimeColumn is { } wanted)
        {
            int index = Array.FindIndex(Names, name => name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? index : throw source.Fault($"a time column {wanted}", "the columns " + string.Join(", ", Names.Take(20)));
        }

        int usual = InFile ? Array.FindIndex(Names, name => TimeNames.Contains(name, StringComparer.OrdinalIgnoreCase)) : -1;
        return usual >= 0 ? usual : Array.FindIndex(firstRow, cell => !dialect.TryNumber(cell, out _) && CsvClock.TryDate(cell, out _));
    }

    private static string ColumnName(int index) => FormattableString.Invariant($"column{index + 1}");
}
