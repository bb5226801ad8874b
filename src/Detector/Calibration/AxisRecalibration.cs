using System.Text.Json;
using System.Text.Json.Serialization;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Calibration;

/// <summary>
/// Another calibration for one axis, made of its own healthy scores of some time, as an operator's command carries it: a replay takes it as it is and computes nothing anew. Immutable.
/// </summary>
public sealed record AxisRecalibration
{
    /// <summary>Longest form that a command takes, in characters.</summary>
    public const int MaxText = 512 << 10;

    private const int MostLevels = 256;

    /// <summary>The revision of the model whose scores they are; empty for a baseline.</summary>
    public required string Revision { get; init; }

    /// <summary>The band of speed or load that they are of; null without bands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OperatingBand? Band { get; init; }

    /// <summary>The first window, ns since 1970 UTC.</summary>
    public required long FromUnixNs { get; init; }

    /// <summary>The last window.</summary>
    public required long ToUnixNs { get; init; }

    /// <summary>The distribution of each metric.</summary>
    public required IReadOnlyDictionary<string, ScoreDistribution> Metrics { get; init; }

    /// <summary>The levels of the rules that have others by it.</summary>
    public required IReadOnlyList<RecalibratedLevel> Levels { get; init; }

    /// <summary>The distributions as a table.</summary>
    [JsonIgnore]
    public CalibrationTable Table => new() { Metrics = Metrics };

    /// <summary>The form in a command.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads that form.</summary>
    /// <exception cref="FormatException">It is not that form, or inconsistent.</exception>
    public static AxisRecalibration Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            AxisRecalibration? read = json.Length > MaxText ? null : JsonSerializer.Deserialize<AxisRecalibration>(json, JsonSerializerOptions.Web);
            bool fits = read is { Revision: not null, Metrics.Count: > 0, Levels.Count: <= MostLevels } && read.FromUnixNs <= read.ToUnixNs
                && read.Metrics.Values.All(distribution => distribution is { IsConsistent: true })
                && read.Levels.All(level => level is { RuleId: not null, Origin: not null } && double.IsFinite(level.Raise) && double.IsFinite(level.Clear) && level.Clear <= level.Raise)
                && read.Band is null or { Name.Length: > 0 };
            return fits ? read! : throw new FormatException("expected a revision, a time, consistent distributions and finite levels");
        }
        catch (JsonException e)
        {
            throw new FormatException($"expected a JSON object of a calibration, found: {e.Message}", e);
        }
    }
}

/// <summary>The levels of a rule by another calibration.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Raise">Raise level.</param>
/// <param name="Clear">Clear level, at most <paramref name="Raise"/>.</param>
/// <param name="Origin">Where they come from, in one line for people.</param>
public sealed record RecalibratedLevel(string RuleId, double Raise, double Clear, string Origin);
