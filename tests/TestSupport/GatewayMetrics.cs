using System.Globalization;

namespace Thrum.TestSupport;

/// <summary>What a gateway's <c>/metrics</c> said at one time.</summary>
public sealed class GatewayMetrics
{
    private readonly List<(string Series, double Value)> _samples = [];
    private readonly string _text;

    private GatewayMetrics(string text) => _text = text;

    /// <summary>Reads the Prometheus text format.</summary>
    public static GatewayMetrics Parse(string text)
    {
        GatewayMetrics metrics = new(text);
        foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            int space = line.LastIndexOf(' ');
            metrics._samples.Add((line[..space], double.Parse(line.AsSpan(space), CultureInfo.InvariantCulture)));
        }

        return metrics;
    }

    /// <summary>Items that a stage received.</summary>
    public long Received(string stage) => Sum("thrum_stage_received_total", stage);

    /// <summary>Items that a stage passed on.</summary>
    public long Sent(string stage) => Sum("thrum_stage_sent_total", stage);

    /// <summary>Operations of a stage that failed.</summary>
    public long Errors(string stage) => Sum("thrum_stage_errors_total", stage);

    /// <summary>Items that a stage dropped, for all reasons or one.</summary>
    public long Dropped(string stage, string? reason = null) => Sum("thrum_stage_dropped_total", stage, reason is null ? "" : $"reason=\"{reason}\"");

    /// <summary>Windows that left the detector with a status.</summary>
    public long Windows(string status) =>
        (long)_samples.Where(sample => sample.Series == $"thrum_windows_total{{status=\"{status}\"}}").Sum(sample => sample.Value);

    public override string ToString() => _text;

    private long Sum(string name, string stage, string label = "") => (long)_samples
        .Where(sample => sample.Series.StartsWith(name + "{", StringComparison.Ordinal)
            && sample.Series.Contains($"stage=\"{stage}\"", StringComparison.Ordinal)
            && sample.Series.Contains(label, StringComparison.Ordinal))
        .Sum(sample => sample.Value);
}
