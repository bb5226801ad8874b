namespace Thrum.Detector.Stages;

/// <summary>The closed list of what happens to the sample grids of axes: why one ended and another began, and which samples were left out.</summary>
public enum GridEvent : byte
{
    /// <summary>Samples are missing: another grid began behind them. Counted once each.</summary>
    Hole,

    /// <summary>The stream's clock went back: another grid began. Counted once each.</summary>
    StepBack,

    /// <summary>The sampling rate changed: another grid began. Counted once each.</summary>
    RateChange,

    /// <summary>Messages began to have a time of their own, or ceased to: another grid began. Counted once each.</summary>
    TimeSource,

    /// <summary>A stream without time stamps was silent for too long: another grid began. Counted once each.</summary>
    Silence,

    /// <summary>The blocks of a stream without time stamps are numbered anew: another grid began. Counted once each.</summary>
    Renumbered,

    /// <summary>Samples of a block that were known from the block before. Counted in samples.</summary>
    Overlap,

    /// <summary>Samples of an axis for which the other axes of its joint window have none. Counted in samples.</summary>
    Unpaired,
}

/// <summary>Wire names of <see cref="GridEvent"/>.</summary>
public static class GridEventNames
{
    private static readonly string[] Names = ["hole", "stepBack", "rateChange", "timeSource", "silence", "renumbered", "overlap", "unpaired"];

    /// <summary>Number of events.</summary>
    public static int Count => Names.Length;

    /// <summary>The tag value in metrics.</summary>
    public static string ToWireName(this GridEvent gridEvent) => Names[(int)gridEvent];

    /// <summary>True for those that are counted in samples; the others are counted once each.</summary>
    public static bool IsInSamples(this GridEvent gridEvent) => gridEvent is GridEvent.Overlap or GridEvent.Unpaired;
}
