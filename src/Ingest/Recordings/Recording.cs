namespace Thrum.Ingest.Recordings;

/// <summary>What a file held.</summary>
public sealed record Recording
{
    /// <summary>The file's name without folder and extension.</summary>
    public required string Name { get; init; }

    /// <summary>Sampling rate in Hz, or null where neither file nor options say. For a table, one over the usual time step.</summary>
    public double? SampleRateHz { get; init; }

    /// <summary>Whether the rate is but the usual step of a clock that ticks unevenly: a rate that is given then wins.</summary>
    public bool IsRateApproximate { get; init; }

    /// <summary>Gaps in the times of a table. The samples that are missing there are NaN on every axis, so that those behind it have their time.</summary>
    public int Gaps { get; init; }

    /// <summary>Samples of each axis that are missing in gaps.</summary>
    public long MissingSamples { get; init; }

    /// <summary>Time of the first sample, taken as UTC where the file names no zone; null where it has no date.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The axes: at least one, none empty. In a <c>.mat</c>, <c>.npz</c> or <c>.uff</c> file their lengths may differ.</summary>
    public required IReadOnlyList<RecordedAxis> Axes { get; init; }

    /// <summary>Label columns of a table, as long as its axes; empty for other formats.</summary>
    public IReadOnlyList<RecordedAxis> Labels { get; init; } = [];

    /// <summary>
    /// Single numbers of the file: <c>rpm</c> (CWRU), <c>time_of_day_s</c> (PRONOSTIA), other 1×1 variables of a
    /// <c>.mat</c> file by their own names.
    /// </summary>
    public IReadOnlyDictionary<string, double> Properties { get; init; } = new Dictionary<string, double>();
}
