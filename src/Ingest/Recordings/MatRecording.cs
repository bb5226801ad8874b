using System.Globalization;
using System.Text.RegularExpressions;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// Variables of a MATLAB file as axes and properties. Case Western Reserve University's names are understood:
/// X097_DE_time is axis DE in g, X097RPM property rpm; where a file holds several records, the one with the file's number
/// counts, or else axes keep the number (X097_DE). Other vectors become axes and other single numbers properties; one
/// called fs, sr or the like is the sampling rate.
/// </summary>
internal static partial class MatRecording
{
    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        MatFile mat = MatFile.Open(source, file);
        List<MatVariable> variables = mat.Variables();
        string? record = CwruRecord(source, variables, out bool several);
        Dictionary<string, (RecordedAxis Axis, MatVariable Variable)> axes = new(StringComparer.Ordinal);
        Dictionary<string, double> properties = new(StringComparer.Ordinal);
        double? rate = null;

        // MATLAB keeps what belongs to objects in a vector of bytes without a name, which nobody measured.
        foreach (MatVariable variable in variables.Where(variable => variable.Kind is not null && variable.Name.Length > 0))
        {
            Match cwru = CwruPattern().Match(variable.Name);
            if (cwru.Success && record is not null && cwru.Groups[1].Value != record)
            {
                continue;
            }

            if (variable.Count == 1)
            {
                rate = RateNames.Are(variable.Name, variable.First) ? variable.First : rate;
                string name = cwru.Groups[3].Success ? "rpm" : variable.Name;
                properties[several && record is null ? variable.Name : name] = variable.First;
            }
            else if (variable.Count > 1 && (variable.Rows == 1 || variable.Columns == 1))
            {
                bool accelerometer = cwru.Groups[2].Success;
                string name = !accelerometer ? variable.Name
                    : several && record is null ? $"X{cwru.Groups[1].Value}_{cwru.Groups[2].Value}"
                    : cwru.Groups[2].Value;
                axes[name] = (new RecordedAxis(name, accelerometer ? "g" : null, []), variable);
            }
        }

        if (axes.Count == 0)
        {
            throw source.Fault("at least one real numeric vector", Describe(variables));
        }

        AxisSelection.CheckCount(source, axes.Count);
        var head = new Recording { Name = source.Name, SampleRateHz = rate, Axes = [.. axes.Values.Select(axis => axis.Axis)], Properties = properties };
        return new PartBlocks(
            source, head, axes.Values.Select((axis, i) => new AxisPart(i, 1, axis.Variable.Content.Whole, () => mat.Blocks(axis.Variable))), file);
    });

    /// <summary>The number of the record to read, where the file's name settles it or there is but one.</summary>
    private static string? CwruRecord(RecordingSource source, List<MatVariable> variables, out bool several)
    {
        string[] records =
        [
            .. variables.Select(variable => CwruPattern().Match(variable.Name)).Where(match => match.Success)
                .Select(match => match.Groups[1].Value).Distinct(),
        ];
        several = records.Length > 1;
        HashSet<int> named = [.. NumberPattern().Matches(source.Name).Select(match => Number(match.Value))];
        return several ? records.FirstOrDefault(record => named.Contains(Number(record))) : records.FirstOrDefault();
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static string Describe(List<MatVariable> variables) => variables.Count == 0
        ? "no variables"
        : string.Join(", ", variables.Take(10).Select(v =>
            FormattableString.Invariant($"{(v.Name.Length == 0 ? "one without a name" : v.Name)} ({v.Rows} x {v.Columns}{(v.Kind is null ? ", not real numbers" : "")})")));

    [GeneratedRegex("^X(\\d+)(?:_(DE|FE|BA)_time|(RPM))$")]
    private static partial Regex CwruPattern();

    [GeneratedRegex("\\d+")]
    private static partial Regex NumberPattern();
}
