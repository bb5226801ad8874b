using System.Text.RegularExpressions;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// Text tables: every column of numbers is an axis, but for the time and the labels. PRONOSTIA's acceleration tables have
/// no header and are known by their name, <c>acc_00001.csv</c>, and their six columns.
/// </summary>
internal static partial class CsvRecording
{
    private const double PronostiaRateHz = 25600;

    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        CsvTable table = CsvTable.Open(source, file);
        RecordingFormat format = source.Options.Format;
        if (format == RecordingFormat.Pronostia || (format == RecordingFormat.Auto && PronostiaName().IsMatch(source.Name)))
        {
            if (AsPronostia(source, table) is { } blocks)
            {
                return blocks;
            }

            if (format == RecordingFormat.Pronostia)
            {
                throw source.Fault(
                    "hour, minute, second, microsecond, horizontal, vertical without a header", $"{table.Header.Names.Length} columns");
            }
        }

        return AsTable(source, table);
    });

    private static CsvBlocks AsTable(RecordingSource source, CsvTable table)
    {
        string[] names = table.Header.Names;
        ILookup<bool, int> columns = Enumerable.Range(0, names.Length).Where(i => table.FirstRow[i].HasValue)
            .ToLookup(i => source.Options.LabelColumns.Contains(names[i], StringComparer.OrdinalIgnoreCase));
        RecordedAxis[] axes = [.. columns[false].Select(i => new RecordedAxis(names[i], null, []))];
        if (axes is [var single] && !table.Header.InFile)
        {
            axes[0] = single with { Name = RecordingSource.AxisName(0, 1) };
        }

        var head = new Recording { Name = source.Name, Axes = axes, Labels = [.. columns[true].Select(i => new RecordedAxis(names[i], null, []))] };
        return new CsvBlocks(source, table, head, [.. columns[false], .. columns[true]]);
    }

    private static CsvBlocks? AsPronostia(RecordingSource source, CsvTable table)
    {
        if (table.Header.InFile
            || table.FirstRow is not [>= 0 and < 24 and double hour, >= 0 and < 60 and double minute, >= 0 and <= 60 and double second, >= 0 and < 1e6 and double microsecond, not null, not null])
        {
            return null;
        }

        var head = new Recording
        {
            Name = source.Name,
            SampleRateHz = PronostiaRateHz,
            Axes = [new RecordedAxis("horizontal", "g", []), new RecordedAxis("vertical", "g", [])],
            Properties = new Dictionary<string, double>
            {
                ["time_of_day_s"] = (3600.0 * hour) + (60.0 * minute) + second + (microsecond / 1e6),
            },
        };
        return new CsvBlocks(source, table, head, [4, 5]);
    }

    [GeneratedRegex("^acc_\\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex PronostiaName();
}
