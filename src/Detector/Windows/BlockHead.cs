using Thrum.Detector.Samples;

namespace Thrum.Detector.Windows;

/// <summary>What a <see cref="Windower"/> needs to know of a block beside its samples.</summary>
/// <param name="Time">How the time was told.</param>
/// <param name="FirstSampleUnixNs">Time of the first sample (stamped) or of the arrival (counted).</param>
/// <param name="SampleRateHz">Sampling rate.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Number">Number that the sensor gave it, of a counted block; null where it gave none. A stamp says more.</param>
/// <param name="IsHistorical">True: sent late on purpose. It comes into its place or is late, and says nothing about the clock.</param>
internal readonly record struct BlockHead(TimeSource Time, long FirstSampleUnixNs, double SampleRateHz, int Count, uint? Number = null, bool IsHistorical = false)
{
    public static BlockHead Of(in SampleBlock block) =>
        new(block.Time, block.FirstSampleUnixNs, block.SampleRateHz, block.Count, block.Time == TimeSource.Counted ? block.Number : null, block.IsHistorical);

    /// <summary>Time between samples, ns.</summary>
    public double PeriodNs => 1e9 / SampleRateHz;

    /// <summary>Time of the last sample; held within 64 bits, for any stamp may come from outside.</summary>
    public long LastSampleUnixNs => (long)Int128.Min((Int128)FirstSampleUnixNs + (long)((Count - 1) * PeriodNs), long.MaxValue);
}
