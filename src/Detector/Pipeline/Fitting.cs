using Thrum.Detector.Baselines;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>What suits an axis.</summary>
/// <param name="Lane">Where its windows go.</param>
/// <param name="Options">How they are cut.</param>
/// <param name="Joint">The joint axis that its samples go to; null where it is scored by itself.</param>
internal readonly record struct Fitting(ILane Lane, WindowerOptions Options, JointState? Joint = null)
{
    /// <summary>The lane of the baseline, alone or beside the model; null where none is wanted.</summary>
    public BaselineLane? Baseline { get; init; }

    /// <summary>True where no model is assigned, so that one may be learned.</summary>
    public bool Learns { get; init; }
}
