using Thrum.Detector.Features;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Baselines;

/// <summary>What a baseline is trained from: healthy windows of one axis in order of time. Immutable by contract.</summary>
public sealed record HealthyRecord
{
    /// <summary>The axis.</summary>
    public required AxisId Axis { get; init; }

    /// <summary>Rate of the samples, Hz.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>Samples per window; windows do not overlap.</summary>
    public required int WindowSamples { get; init; }

    /// <summary>What was taken of each window.</summary>
    public FeatureSpec Feature => BaselineFeatures.SpecFor(WindowSamples);

    /// <summary>Feature values per window.</summary>
    public required int FeatureLength { get; init; }

    /// <summary>[<see cref="TrainingWindows"/> × <see cref="FeatureLength"/>], in order of time.</summary>
    public required float[] Training { get; init; }

    /// <summary>[windows × <see cref="FeatureLength"/>], later than all of <see cref="Training"/>.</summary>
    public required float[] HeldOut { get; init; }

    /// <summary>How many of the held-out windows each stretch without a gap holds.</summary>
    public required IReadOnlyList<int> HeldOutBlocks { get; init; }

    /// <summary>Time of the first window's last sample, ns since 1970-01-01 UTC.</summary>
    public required long FirstUnixNs { get; init; }

    /// <summary>Time of the last window's last sample.</summary>
    public required long LastUnixNs { get; init; }

    /// <summary>Windows for training.</summary>
    public int TrainingWindows => Training.Length / FeatureLength;

    /// <summary>Windows for calibration.</summary>
    public int HeldOutWindows => HeldOut.Length / FeatureLength;
}
