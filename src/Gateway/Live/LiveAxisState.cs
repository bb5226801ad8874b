using System.Text.Json.Serialization;

namespace Thrum.Gateway.Live;

/// <summary>One axis in the API's live view.</summary>
internal sealed record LiveAxisState
{
    public required string Machine { get; init; }

    public required string Sensor { get; init; }

    public required string Axis { get; init; }

    /// <summary>The axis as <c>machine/sensor/axis</c>.</summary>
    [JsonIgnore]
    public string Name => $"{Machine}/{Sensor}/{Axis}";

    /// <summary>Wire name of the last window's status.</summary>
    public required string Status { get; init; }

    /// <summary>How much it needs to be looked at.</summary>
    public required Attention Attention { get; init; }

    /// <summary>Wire name of the worst alarm's state, <c>silent</c> or <c>badData</c>; where no alarm stands but the last window was not judged either, the status that says why.</summary>
    public required string State { get; init; }

    /// <summary>Severity of that alarm; null where none stands.</summary>
    public required string? Severity { get; init; }

    /// <summary>Rule of that alarm; null where none stands.</summary>
    public required string? Rule { get; init; }

    /// <summary>Why there is no judged score, or none to rely on, as a sentence; null where there is one.</summary>
    public required string? Reason { get; init; }

    public required float? Score { get; init; }

    public required float? PValue { get; init; }

    public required float? Threshold { get; init; }

    public required string Model { get; init; }

    public required string Metric { get; init; }

    /// <summary>Time of the last window.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whole seconds since the last window came.</summary>
    public required double SilentSeconds { get; init; }

    public required long Windows { get; init; }

    /// <summary>How often an alarm was raised.</summary>
    public required int Alarms { get; init; }

    /// <summary>The latest measures; null before the first.</summary>
    public required LiveMeasure? Measure { get; init; }

    /// <summary>Greatest score in each quarter of a second that had one, oldest first.</summary>
    public required IReadOnlyList<float> Trace { get; init; }

    /// <summary>Points of the trace since the start, those that are gone included.</summary>
    public required long TraceCount { get; init; }
}
