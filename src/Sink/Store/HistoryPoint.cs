namespace Thrum.Sink.Store;

/// <summary>What a span of event time held for one axis and scorer.</summary>
public sealed record HistoryPoint
{
    /// <summary>Name of the model that scored; empty when none did.</summary>
    public required string Scorer { get; init; }

    /// <summary>Start of the span, ns since 1970-01-01 UTC.</summary>
    public required long StartUnixNs { get; init; }

    /// <summary>Windows in the span, with or without score.</summary>
    public required long Windows { get; init; }

    /// <summary>Windows with a score.</summary>
    public required long Scored { get; init; }

    /// <summary>Greatest score; NaN when no window had one.</summary>
    public required double MaxScore { get; init; }

    /// <summary>Mean score; NaN when no window had one.</summary>
    public required double MeanScore { get; init; }

    /// <summary>Smallest p-value; NaN when no window had one.</summary>
    public required double MinPValue { get; init; }

    /// <summary>The last threshold; NaN when there was none.</summary>
    public required double Threshold { get; init; }

    /// <summary>Wire name of the alarm state after the last window.</summary>
    public required string State { get; init; }

    /// <summary>Wire name of the last window's status.</summary>
    public required string Status { get; init; }
}
