using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>
/// Too little or too much learned, as one verdict. The gap between training and validation windows is judged in two steps, so that no small change of a run turns a sound one into a grave one, and what is
/// reconstructed poorly is held against what a code of that size can hold at all.
/// </summary>
internal static class CapacityFindings
{
    // A share of the loss of a constant output: what keeps more explains too little.
    private const double PoorShare = 0.3;

    // Validation over training loss. Chance and a recording that changes a little make some gap; twice the loss is memory.
    private const double GapRatio = 1.35;
    private const double OverfitRatio = 2;
    private const double LateRise = 1.1;

    // How near the network's error is to that of a linear code for it to have done what can be done.
    private const double NearLinear = 1.1;

    private const string MoreData = "More or more varied recordings; a narrower bottleneck; dropout=0.2 in the model, 1e-4*weights(l2) in the loss or --noise gaussian:0.1.";

    public static TrainingFinding? Of(TrainingStudy study)
    {
        bool isPoor = study.Model.IsBetterThanConstantOutput && FitFindings.TrainShare(study) > PoorShare;
        return Overfitting(study, isPoor) ?? (isPoor ? Noisy(study) ?? Underfitting(study) : Gap(study));
    }

    private static TrainingFinding? Overfitting(TrainingStudy study, bool isPoor)
    {
        int best = study.Curves.Best, last = study.Curves.Epochs.Count - 1;
        MetricCurve loss = study.Curves.LossAsScored;
        double ratio = FitFindings.Ratio(study), rise = loss.Validation[last] / loss.Validation[best];
        bool parts = rise > LateRise && loss.Train[last] < loss.Train[best];
        return ratio <= OverfitRatio && !parts ? null : new TrainingFinding(
            FindingKind.Overfitting,
            "Overfitting: it knows the training windows by heart",
            Invariant($"At the epoch that was kept the validation loss is {ratio:F2} times the loss on training windows (bound {OverfitRatio}{(parts ? Invariant($", or a rise to {LateRise} times later") : "")})")
                + (best == last ? "." : Invariant($"; from there to the last epoch training went from {loss.Train[best]:G4} to {loss.Train[last]:G4} and validation from {loss.Validation[best]:G4} to {loss.Validation[last]:G4}."))
                + (isPoor ? Invariant($" What training windows keep, {FitFindings.TrainShare(study):P0} of a constant output's loss, is much too (bound {PoorShare:P0}), but learning more of them would widen the gap.") : ""),
            MoreData + (parts ? " The weights kept are from before the rise." : ""));
    }

    private static TrainingFinding? Gap(TrainingStudy study) => FitFindings.Ratio(study) <= GapRatio ? null : new TrainingFinding(
        FindingKind.Gap,
        "A gap opens between training and validation windows",
        Invariant($"At the epoch that was kept the validation loss is {FitFindings.Ratio(study):F2} times the loss on training windows (bound {GapRatio}; {OverfitRatio} is overfitting): a part of what it learned is of those windows alone, or the recordings changed in between."),
        MoreData);

    private static TrainingFinding Underfitting(TrainingStudy study)
    {
        double ratio = FitFindings.Ratio(study);
        bool hasGap = ratio > GapRatio;
        string linear = Linear(study) is { } code ? Invariant($" A linear code of {CodeSize(study)} numbers leaves {code.Same:P0} of the power of validation windows and one of {2 * CodeSize(study)} leaves {code.Twice:P0}; the network leaves {PowerShare(study):P0}.") : "";
        return new TrainingFinding(
            FindingKind.Underfitting,
            "Underfitting: even training windows are reconstructed poorly",
            Invariant($"On training windows the loss is {FitFindings.TrainShare(study):P0} of what a constant output has (bound {PoorShare:P0}), on validation windows {FitFindings.ValidationShare(study):P0}: ")
                + (hasGap ? Invariant($"{ratio:F2} times as much as on training windows, so that a gap opens too (bound {GapRatio}).") : "the gap between both is not the trouble.") + linear,
            hasGap ? "More or longer recordings first: what they repeat can be learned further without the gap. Then more epochs if the curve still falls, or a wider bottleneck."
                : "A wider bottleneck or more layers; more epochs if the curve still falls; less noise, dropout or penalty. A window that covers more of the signal's period can be easier to compress.");
    }

    /// <summary>What is left cannot be reconstructed by anything: no fault of the network, and none of the detector either.</summary>
    private static TrainingFinding? Noisy(TrainingStudy study) => !IsNoisy(study) || Linear(study) is not { } code ? null : new TrainingFinding(
        FindingKind.NoisySignal,
        "What is left is noise: a noisy signal cannot be reconstructed",
        Invariant($"On training windows the loss is {FitFindings.TrainShare(study):P0} of what a constant output has, on validation windows {FitFindings.ValidationShare(study):P0}, {FitFindings.Ratio(study):F2} times as much. Of the power of validation windows the network leaves {PowerShare(study):P0}; the best linear code of as many numbers, {CodeSize(study)}, leaves {code.Same:P0}, and one of {2 * CodeSize(study)} leaves {code.Twice:P0}, hardly less than by its size."),
        "Nothing: a wider bottleneck would copy noise, and a fault may stand out all the same. Evaluate the model on recordings with a known fault; where it misses them, fft(…) of the bands where they show, or a window that repeats more.");

    /// <summary>Whether the network leaves as little as a linear code of its size does, and that what a greater one would leave is noise too.</summary>
    public static bool IsNoisy(TrainingStudy study) =>
        FitFindings.TrainShare(study) > PoorShare && Linear(study) is { LeavesNoise: true } code && PowerShare(study) <= NearLinear * code.Same;

    private static LinearCode? Linear(TrainingStudy study) => LinearCode.Of(study.Probe.Windows, CodeSize(study));

    private static double PowerShare(TrainingStudy study) => study.Probe.CleanError / study.Probe.Variance;

    /// <summary>Numbers that the narrowest layer hands on.</summary>
    private static int CodeSize(TrainingStudy study) => study.Hidden.Count == 0 ? study.Model.WindowSamples : study.Hidden.Min(layer => layer.Units * layer.Places);
}
