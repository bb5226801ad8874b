using System.Text.RegularExpressions;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// Text tables: every column of numbers is an axis, but for the time and the labels. PRONOSTIA's acceleration tables have
/// no header and are known by their name, <c>acc_00001.csv</c>, and their six columns.
/// </summary>
internal static partial class CsvRecording
{
    private const double PronostiaRateHz = 25600;

    public static Recording Read(RecordingSource source)
    {
        CsvTable table = CsvTable.Read(source);
        RecordingFormat format = source.Options.Format;
        if (format == RecordingFormat.Pronostia || (format == RecordingFormat.Auto && PronostiaName().IsMatch(source.Name)))
        {
            if (AsPronostia(source, table) is { } recording)
            {
                return recording;
            }

            if (format == RecordingFormat.Pronostia)
            {
                throw source.Fault(
                    "hour, minute, second, microsecond, horizontal, vertical without a header", $"{table.Header.Names.Length} columns");
            }
        }

        List<RecordedAxis> axes = [];
        List<RecordedAxis> labels = [];
        for (int i = 0; i < table.Header.Names.Length; i++)
        {
            if (table.Column(i) is { } samples)
            {
                bool isLabel = source.Options.LabelColumns.Contains(table.Header.Names[i], StringComparer.OrdinalIgnoreCase);
                (isLabel ? labels : axes).Add(new RecordedAxis(table.Header.Names[i], null, samples));
            }
        }

        if (axes is [var single] && !table.Header.InFile)
        {
            axes[0] = single with { Name = RecordingSource.AxisName(0, 1) };
        }

        return new Recording
        {
            Name = source.Name,
            SampleRateHz = table.Clock.RateHz(),
            Start = table.Clock.Start,
            Axes = axes,
            Labels = labels,
        };
    }

    private static Recording? AsPronostia(RecordingSource source, CsvTable table)
    {
        if (table.Header.InFile || table.Header.Names.Length != 6
            || table.Column(0) is not [>= 0 and < 24 and float hour, ..]
            || table.Column(1) is not [>= 0 and < 60 and float minute, ..]
            || table.Column(2) is not [>= 0 and <= 60 and float second, ..]
            || table.Column(3) is not [>= 0 and < 1e6f and float microsecond, ..]
            || table.Column(4) is not { } horizontal
            || table.Column(5) is not { } vertical)
        {
            return null;
        }

        return new Recording
        {
            Name = source.Name,
            SampleRateHz = PronostiaRateHz,
            Axes = [new RecordedAxis("horizontal", "g", horizontal), new RecordedAxis("vertical", "g", vertical)],
            Properties = new Dictionary<string, double>
            {
                ["time_of_day_s"] = (3600.0 * hour) + (60.0 * minute) + second + (microsecond / 1e6),
            },
        };
    }

    [GeneratedRegex("^acc_\\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex PronostiaName();
}
