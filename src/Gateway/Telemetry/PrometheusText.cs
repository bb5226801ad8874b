using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Thrum.Gateway.Telemetry;

/// <summary>Instruments in the Prometheus text exposition format 0.0.4, with the names that the OpenTelemetry specification derives for Prometheus.</summary>
internal static class PrometheusText
{
    /// <summary>Where both worlds have a name of their own for the same thing.</summary>
    private static readonly Dictionary<string, string> Conventional = new(StringComparer.Ordinal)
    {
        ["process.cpu.time"] = "process_cpu_seconds_total",
        ["process.memory.usage"] = "process_resident_memory_bytes",
    };

    public static string Write(IReadOnlyList<InstrumentReading> readings)
    {
        var text = new StringBuilder();
        foreach (InstrumentReading reading in readings)
        {
            string name = NameOf(reading.Instrument, reading.Kind), kind = reading.Kind.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {reading.Instrument.Description}\n# TYPE {name} {kind}\n");
            foreach ((string labels, double value) in reading.Values)
            {
                Sample(text, name, labels, value);
            }

            foreach ((string labels, HistogramReading histogram) in reading.Histograms)
            {
                Write(text, name, labels, histogram);
            }
        }

        return text.ToString();
    }

    /// <summary>Dots become underscores, then come the unit and, of a counter, <c>_total</c>.</summary>
    public static string NameOf(Instrument instrument, InstrumentKind kind) =>
        Conventional.TryGetValue(instrument.Name, out string? name)
            ? name
            : instrument.Name.Replace('.', '_') + instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" } + (kind == InstrumentKind.Counter ? "_total" : "");

    /// <summary>Tags as they stand between the braces of a sample: names are ours, values may hold anything.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"")
                .Append(((string)value!).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, string labels, HistogramReading histogram)
    {
        long count = 0;
        string before = labels.Length > 0 ? labels + "," : "";
        IReadOnlyList<long> counts = histogram.Counts;
        for (int i = 0; i < counts.Count; i++)
        {
            count += counts[i];
            string bound = i < histogram.UpperBounds.Count ? histogram.UpperBounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Sample(text, name + "_bucket", $"{before}le=\"{bound}\"", count);
        }

        Sample(text, name + "_sum", labels, histogram.Sum);
        Sample(text, name + "_count", labels, count);
    }

    private static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(CultureInfo.InvariantCulture, $" {value}\n");
}
