namespace Thrum.Detector.Samples;

/// <summary>How a stream's time is told. A sample grid has one source: a block of the other one starts a new grid.</summary>
public enum TimeSource : byte
{
    /// <summary>No stamp: the arrival of the grid's first block is the origin and later samples continue it at the configured rate.</summary>
    Counted,

    /// <summary>From the payload, a user property or a sequence number.</summary>
    Stamped,
}

/// <summary>
/// Consecutive samples of one axis: a slice of the <see cref="SampleBatch"/> that owns the memory, valid as long as that batch is.
/// </summary>
/// <param name="Stream">The axis.</param>
/// <param name="Time">How <paramref name="FirstSampleUnixNs"/> was told.</param>
/// <param name="FirstSampleUnixNs">Time of the first sample (stamped) or of the message's arrival (counted); ns since 1970-01-01 UTC.</param>
/// <param name="SampleRateHz">Sampling rate, positive and finite.</param>
/// <param name="Offset">Index of the first sample in the batch.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="ArrivalUnixNs">When its message arrived, ns since 1970-01-01 UTC; 0 when that is not known.</param>
/// <param name="JournalSequence">The journal's record that it came from; 0 without a journal.</param>
/// <param name="Number">Number of the block in its axis's stream as the sensor says it, modulo 2³²; null where it says none.</param>
/// <param name="IsHistorical">True: sent late on purpose, so that its stamp tells nothing of the sensor's clock.</param>
public readonly record struct SampleBlock(
    AxisStream Stream, TimeSource Time, long FirstSampleUnixNs, double SampleRateHz, int Offset, int Count, long ArrivalUnixNs = 0, long JournalSequence = 0, uint? Number = null,
    bool IsHistorical = false);
