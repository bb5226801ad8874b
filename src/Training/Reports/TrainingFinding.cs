namespace Thrum.Training.Reports;

/// <summary>What a training can suffer from.</summary>
public enum FindingKind
{
    /// <summary>None of the others.</summary>
    Sound,

    /// <summary>No better than a constant output.</summary>
    Collapsed,

    /// <summary>Differences lie beyond the scale of a logarithmic loss.</summary>
    ScaleTooSmall,

    /// <summary>Reconstructs neither training nor validation windows well.</summary>
    Underfitting,

    /// <summary>Reconstructs training windows much better than others.</summary>
    Overfitting,

    /// <summary>Reconstructs training windows somewhat better than others.</summary>
    Gap,

    /// <summary>Reconstructs what can be reconstructed of a signal that is mostly noise.</summary>
    NoisySignal,

    /// <summary>Ended while it still got better.</summary>
    StillImproving,

    /// <summary>Stopped getting better before it was good, and the loss jumps: steps too long.</summary>
    PlateauLearningRate,

    /// <summary>Stopped getting better before it was good, and the loss is calm: too few units.</summary>
    PlateauCapacity,

    /// <summary>The noise of denoising changes nothing.</summary>
    NoiseTooLow,

    /// <summary>The noise of denoising hides the signal.</summary>
    NoiseTooHigh,

    /// <summary>The loss falls while a metric stalls.</summary>
    MetricStalls,

    /// <summary>The loss falls while a metric rises.</summary>
    MetricRises,

    /// <summary>Units that give the same whatever comes in.</summary>
    DeadUnits,

    /// <summary>Recordings, or groups of windows, of very different size.</summary>
    Imbalance,

    /// <summary>Another threshold would do better.</summary>
    Threshold,

    /// <summary>Faulty windows score no higher than healthy ones, or hardly.</summary>
    Indistinct,

    /// <summary>Thresholds stand on too few windows.</summary>
    ShortCalibration,
}

/// <summary>A conclusion from a training, in words.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Evidence">The numbers, and the bound that they passed.</param>
/// <param name="Try">What to do.</param>
public sealed record TrainingFinding(FindingKind Kind, string Title, string Evidence, string Try)
{
    /// <summary>The tracked metric it is about; empty for none.</summary>
    public string Metric { get; init; } = "";
}
