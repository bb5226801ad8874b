using System.Text.Json;

namespace Thrum.Detector.Calibration;

/// <summary>
/// The distribution of each metric over healthy windows that training never saw, as it stands in the model file. Immutable.
/// </summary>
public sealed record CalibrationTable
{
    /// <summary>The distribution of each metric, keyed by the metric's text.</summary>
    public required IReadOnlyDictionary<string, ScoreDistribution> Metrics { get; init; }

    /// <summary>Builds the table from the scores of healthy windows.</summary>
    /// <param name="scores">Per metric text, the scores of the same windows.</param>
    public static CalibrationTable FromScores(IReadOnlyDictionary<string, IReadOnlyList<float>> scores) =>
        new() { Metrics = scores.ToDictionary(entry => entry.Key, entry => ScoreDistribution.FromScores(entry.Value)) };

    /// <summary>Metadata form.</summary>
    public string ToJson() => JsonSerializer.Serialize(Metrics, JsonSerializerOptions.Web);

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form, or a distribution is inconsistent.</exception>
    public static CalibrationTable Parse(string json)
    {
        try
        {
            Dictionary<string, ScoreDistribution>? metrics = JsonSerializer.Deserialize<Dictionary<string, ScoreDistribution>>(json, JsonSerializerOptions.Web);
            if (metrics is null || metrics.Values.Any(distribution => distribution is not { IsConsistent: true }))
            {
                throw new FormatException("expected per metric at least one window and ascending finite quantiles");
            }

            return new CalibrationTable { Metrics = metrics };
        }
        catch (JsonException e)
        {
            throw new FormatException($"expected a JSON object of score distributions, found: {e.Message}", e);
        }
    }
}
