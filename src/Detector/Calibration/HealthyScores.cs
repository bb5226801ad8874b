using System.Text.Json;

namespace Thrum.Detector.Calibration;

/// <summary>The healthy sequences of a model's metrics, as they stand in the model file under <c>thrum.healthy</c>. Immutable.</summary>
/// <param name="HopSamples">Samples between the windows; a model that runs at another hop makes another sequence.</param>
/// <param name="Metrics">The sequence of each metric, keyed by the metric's text; all have the same blocks.</param>
public sealed record HealthyScores(int HopSamples, IReadOnlyDictionary<string, HealthySequence> Metrics)
{
    private const int Version = 1;
    private const int MaxMetrics = 64;

    /// <summary>Windows of the metric that has the fewest; 0 without a metric.</summary>
    public int LeastWindows => Metrics.Values.Select(sequence => sequence.Windows).DefaultIfEmpty(0).Min();

    /// <summary>Metadata form.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new Form(Version, HopSamples, [.. Metrics.Values.First().BlockWindows], Metrics.ToDictionary(entry => entry.Key, entry => entry.Value.Encode())),
        JsonSerializerOptions.Web);

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form, or of a later version.</exception>
    public static HealthyScores Parse(string json)
    {
        try
        {
            Form? form = JsonSerializer.Deserialize<Form>(json, JsonSerializerOptions.Web);
            if (form is not { Version: Version, HopSamples: > 0, BlockWindows: not null, Metrics.Count: > 0 and <= MaxMetrics } || form.Metrics.Values.Any(text => text is null))
            {
                throw new FormatException($"expected version {Version} with hopSamples, blockWindows and metrics, found version {form?.Version}");
            }

            return new HealthyScores(form.HopSamples, form.Metrics.ToDictionary(entry => entry.Key, entry => HealthySequence.Decode(entry.Value, form.BlockWindows)));
        }
        catch (JsonException e)
        {
            throw new FormatException($"expected a JSON object of healthy scores, found: {e.Message}", e);
        }
    }

    private sealed record Form(int Version, int HopSamples, int[] BlockWindows, Dictionary<string, string> Metrics);
}
