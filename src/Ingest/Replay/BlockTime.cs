using Thrum.Detector.Windows;

namespace Thrum.Ingest.Replay;

/// <summary>Stamps of blocks on a stream's exact sample grid.</summary>
public static class BlockTime
{
    /// <summary>Time of a sample, ns since 1970-01-01 UTC.</summary>
    /// <param name="startUnixNs">Time of sample 0.</param>
    /// <param name="sample">Index of the sample.</param>
    /// <param name="sampleRateHz">Sampling rate.</param>
    public static long Of(long startUnixNs, long sample, double sampleRateHz) => new SampleGrid(startUnixNs, sampleRateHz).TimeOf(sample);
}
