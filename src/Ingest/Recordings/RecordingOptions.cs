namespace Thrum.Ingest.Recordings;

/// <summary>What a file does not say about itself.</summary>
public sealed record RecordingOptions
{
    /// <summary>The lowest sampling rate of a recording in Hz, a value in eleven days: times and periods stay within what can be counted.</summary>
    public const double LowestRateHz = 1e-6;

    /// <summary>The highest sampling rate of a recording in Hz, more than any oscilloscope gives.</summary>
    public const double HighestRateHz = 1e12;

    /// <summary>Everything from the file.</summary>
    public static RecordingOptions Default { get; } = new();

    /// <summary>The file's layout.</summary>
    public RecordingFormat Format { get; init; } = RecordingFormat.Auto;

    /// <summary>
    /// Sampling rate in Hz where the file does not say it; most say nothing. One that says another, by more than 0.1 %, is refused; within that this one counts, and also beside a clock that ticks
    /// unevenly (<see cref="Recording.IsRateApproximate"/>).
    /// </summary>
    public double? SampleRateHz { get; init; }

    /// <summary>
    /// The axes to keep, in this order: names (case does not matter) or positions from 1. Null keeps all.
    /// </summary>
    public IReadOnlyList<string>? Axes { get; init; }

    /// <summary>Interleaved axes of a raw file.</summary>
    public int RawAxes { get; init; } = 1;

    /// <summary>Factor for every sample, as from volts or full scale to g.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Unit of the scaled samples; overrides what the format implies.</summary>
    public string? Unit { get; init; }

    /// <summary>The column of a table that holds the time; null takes one called time, datetime, timestamp or the like.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Columns of a table that are labels, not measurements; kept apart in <see cref="Recording.Labels"/>.</summary>
    public IReadOnlyList<string> LabelColumns { get; init; } = ["anomaly", "changepoint", "label"];
}
