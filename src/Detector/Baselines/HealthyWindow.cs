using Thrum.Detector.Samples;

namespace Thrum.Detector.Baselines;

/// <summary>A healthy-looking window that an axis keeps to learn from; its feature is in the batch that carries it.</summary>
public readonly record struct HealthyWindow
{
    /// <summary>The axis.</summary>
    public required AxisStream Stream { get; init; }

    /// <summary>Rate of its samples, Hz.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>Samples per window; windows follow each other without overlap.</summary>
    public required int WindowSamples { get; init; }

    /// <summary>What is collected.</summary>
    public required LearningPlan Plan { get; init; }

    /// <summary>Place among the windows kept, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Whether the window right before it in time is the one at the place before.</summary>
    public required bool Continues { get; init; }

    /// <summary>Healthy windows seen so far, this one included.</summary>
    public required int Seen { get; init; }

    /// <summary>Windows left out so far because they did not look healthy.</summary>
    public required long LeftOut { get; init; }

    /// <summary>Time of its last sample, ns since 1970-01-01 UTC.</summary>
    public required long TimeUnixNs { get; init; }

    internal int FeatureOffset { get; init; }

    internal int FeatureLength { get; init; }
}
