using System.Globalization;
using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>How a text table is written, guessed from its first lines.</summary>
/// <param name="Delimiter">One of tab, semicolon, comma.</param>
/// <param name="Numbers">Point or comma as decimal separator.</param>
internal sealed record CsvDialect(char Delimiter, NumberFormatInfo Numbers)
{
    private const int Glance = 8192;

    // In the order of trust: a comma may be a decimal separator, the others are never part of a number.
    private static readonly char[] Delimiters = ['\t', ';', ','];

    /// <summary>Reads the first lines.</summary>
    public static CsvDialect Guess(Stream file)
    {
        string[] lines = FirstLines(file);
        char delimiter = Delimiters.FirstOrDefault(candidate => lines.Length > 0 && lines.All(line => line.Contains(candidate)), ',');

        // A header may have points and commas in its names.
        string[] rows = lines.Length > 1 ? lines[1..] : lines;
        bool decimalComma = delimiter != ',' && rows.Any(row => row.Contains(',')) && !rows.Any(row => row.Contains('.'));
        NumberFormatInfo numbers = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        if (decimalComma)
        {
            numbers.NumberGroupSeparator = ".";
            numbers.NumberDecimalSeparator = ",";
        }

        return new CsvDialect(delimiter, numbers);
    }

    /// <summary>The number of a UTF-8 cell; an empty one is NaN. False for anything else.</summary>
    public bool TryNumber(ReadOnlySpan<byte> cell, out double number)
    {
        if (cell.IsEmpty)
        {
            number = double.NaN;
            return true;
        }

        return double.TryParse(cell, NumberStyles.Float, Numbers, out number);
    }

    /// <inheritdoc cref="TryNumber(ReadOnlySpan{byte}, out double)"/>
    public bool TryNumber(string cell, out double number) => TryNumber(Encoding.UTF8.GetBytes(cell), out number);

    private static string[] FirstLines(Stream file)
    {
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        char[] buffer = new char[Glance];
        string head = new(buffer, 0, reader.ReadBlock(buffer));
        string[] lines = head.Split('\n', StringSplitOptions.TrimEntries);

        // The last line may be cut short.
        int whole = head.Length == Glance && lines.Length > 1 ? lines.Length - 1 : lines.Length;
        return [.. lines.Take(whole).Where(line => line.Length > 0).Take(20)];
    }
}
