using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>How well the network fits: <see cref="CapacityFindings">too little or too much</see>, not yet, no further; and what denoising did.</summary>
internal static class FitFindings
{
    // Of the loss of a constant output: below it the network is good whatever its curve does.
    private const double GoodShare = 0.05;
    private const double StillFalling = 0.1;
    private const double FlatChange = 0.01;
    private const double Jump = 0.05;
    private const int LeastEpochs = 6;
    private const double HiddenShare = 0.3;
    private const double NoNoiseEffect = 1.02;
    private const double NoiseEffect = 1.25;
    private const double LoudNoise = 1;
    private const double ClampedRatio = 1.1;

    public static IEnumerable<TrainingFinding> Of(TrainingStudy study)
    {
        TrainingFinding?[] found = [Collapsed(study), ScaleTooSmall(study), CapacityFindings.Of(study), StillImproving(study), Plateau(study), Noise(study)];
        return found.OfType<TrainingFinding>();
    }

    public static TrainingFinding Sound(TrainingStudy study) => new(
        FindingKind.Sound,
        "Nothing stands out",
        Invariant($"The validation loss is {ValidationShare(study):P0} of a constant output's, {Ratio(study):F2} times that on training windows{Looked(study)}."),
        "Evaluate the model on recordings with a known fault before you rely on it.");

    /// <summary>What else was looked at, and nothing that was not.</summary>
    private static string Looked(TrainingStudy study) =>
        (study.Judged.Count() is > 0 and var judged ? Invariant($"; of {judged} metrics beside it none moved against it") : "")
        + (study.Hidden.Count > 0 ? Invariant($"; {study.Hidden.Sum(layer => layer.Dead)} of {study.Hidden.Sum(layer => layer.Units)} hidden units are dead") : "");

    private static TrainingFinding? Collapsed(TrainingStudy study)
    {
        if (study.Model.IsBetterThanConstantOutput)
        {
            return null;
        }

        string evidence = Invariant($"Its validation loss {study.Model.BestValidationLoss:G4} is not 1 % below the {study.Model.ConstantOutputLoss:G4} that one constant output has.");
        IReadOnlyList<double> loss = study.Curves.Loss.Validation;
        int lowest = Enumerable.Range(0, loss.Count).MinBy(epoch => double.IsNaN(loss[epoch]) ? double.PositiveInfinity : loss[epoch]);
        if (AutoencoderTrainer.IsLearned(loss[lowest], study.Model.ConstantOutputLoss))
        {
            return new TrainingFinding(
                FindingKind.Collapsed,
                "The epoch that was kept knows nothing yet: another did",
                evidence + Invariant($" That is of epoch {study.Model.BestEpoch}, which was kept because {study.Model.Options.StopOn} was lowest there; at epoch {lowest + 1} the loss was {loss[lowest]:G4}."),
                Invariant($"Leave out --stop-on, so that the loss decides; or add the metric to the loss; or a greater --patience, if {study.Model.Options.StopOn} falls later."));
        }

        return new TrainingFinding(
            FindingKind.Collapsed,
            "The network learned nothing",
            evidence,
            study.Model.HasEndedImproving
                ? Invariant($"More epochs first: of all {study.Model.Options.Epochs} the last one was the best. Then more data, a wider bottleneck or another window.")
                : study.Probe.NoisyError is null
                ? "More data, a wider bottleneck or another window; a tenth of the learning rate. White noise cannot be compressed: check that the window holds something that repeats."
                : "Less noise on the inputs first; then more data, a wider bottleneck or another window.");
    }

    /// <summary>Beyond its scale a logarithmic loss is a steep line, which a few samples decide.</summary>
    private static TrainingFinding? ScaleTooSmall(TrainingStudy study)
    {
        int best = study.Curves.Best;
        MetricCurve loss = study.Curves.Loss, told = study.Curves.LossAsScored;
        if (told == loss || !HasClamp(loss.Name) || !(Math.Max(loss.Validation[best] / told.Validation[best], loss.Train[best] / told.Train[best]) > ClampedRatio))
        {
            return null;
        }

        double largest = study.Probe.LargestDifference, scale = study.Model.Options.LossScale;
        return new TrainingFinding(
            FindingKind.ScaleTooSmall,
            "The scale of the loss is too small",
            Invariant($"Samples that are off by the scale, {scale:G3}, or more have a loss that rises steeply, and decide it: it is {loss.Validation[best]:G4} on validation windows, where {told.Name} as the detector scores it is {told.Validation[best]:G4} (bound {ClampedRatio} times). The largest difference is {largest:G3}."),
            Invariant($"--scale {Math.Ceiling(1.5 * Math.Max(study.Probe.LargestValue, largest)):G3}: beyond what untrained weights are off by, too."));
    }

    // Of several axes the detector tells sums and maxima otherwise too, as the mean over them: no matter of a scale.
    private static bool HasClamp(string loss) => loss.Replace("lmse-max", "", StringComparison.Ordinal).Contains("lmse", StringComparison.Ordinal) || loss.Contains("fl(", StringComparison.Ordinal);

    private static TrainingFinding? StillImproving(TrainingStudy study)
    {
        IReadOnlyList<double> loss = study.Curves.Loss.Validation;
        int last = loss.Count - 1, from = last - Math.Max(1, loss.Count / 5);
        if (loss.Count < study.Model.Options.Epochs || loss.Count < LeastEpochs || study.Curves.Best < from)
        {
            return null;
        }

        double fall = 1 - (loss[last] / loss[from]);
        return fall <= StillFalling ? null : new TrainingFinding(
            FindingKind.StillImproving,
            "It ended while it still got better",
            Invariant($"All {loss.Count} epochs were used, and over the last {last - from} the validation loss fell by {fall:P0} (bound {StillFalling:P0})."),
            Invariant($"--epochs {2 * loss.Count}, or a learning rate of {3 * study.Model.Options.LearningRate:G2} with --schedule cosine."));
    }

    private static TrainingFinding? Plateau(TrainingStudy study)
    {
        IReadOnlyList<double> loss = study.Curves.Loss.Train;
        int half = loss.Count / 2;
        double constant = study.Model.ConstantOutputLoss;
        if (loss.Count < LeastEpochs || TrainShare(study) <= GoodShare)
        {
            return null;
        }

        double[] late = [.. loss.Skip(half)];
        double mean = late.Average(), fall = 1 - (late[^(late.Length / 2)..].Average() / late[..(late.Length / 2)].Average());
        double jump = late.Zip(late.Skip(1), (a, b) => Math.Abs(b - a)).Average() / mean;
        if (fall > (jump > Jump ? Jump : FlatChange))
        {
            return null;
        }

        string evidence = Invariant($"Over the last {late.Length} epochs the loss on training windows changed by {-fall:P1} and stands at {mean / constant:P0} of a constant output's; from epoch to epoch it moves by {jump:P1} of its value (bound {Jump:P0}).");
        if (jump <= Jump && CapacityFindings.IsNoisy(study))
        {
            return null;
        }

        return jump > Jump
            ? new TrainingFinding(FindingKind.PlateauLearningRate, "A plateau: the steps are too long", evidence, Invariant($"A learning rate of {study.Model.Options.LearningRate / 10:G2}, --schedule cosine or plateau:3:0.3, a larger batch or --clip-norm 1."))
            : new TrainingFinding(FindingKind.PlateauCapacity, "A plateau: the network can do no more", evidence, Invariant($"A wider bottleneck or another kind of network. If that changes nothing, what is left is noise in the signal; or the rate is far too small: try {10 * study.Model.Options.LearningRate:G2} once."));
    }

    private static TrainingFinding? Noise(TrainingStudy study)
    {
        ReconstructionProbe probe = study.Probe;
        if (probe.NoisyError is not { } noisy)
        {
            return null;
        }

        double ratio = noisy / probe.CleanError;
        string evidence = Invariant($"With --noise {study.Model.Options.Noise} the mean squared error of validation windows is {noisy:G3} from noisy and {probe.CleanError:G3} from clean inputs, {ratio:F2} times as much, and {noisy / probe.Variance:P0} of the signal's variance.");
        if (noisy > HiddenShare * probe.Variance && (ratio > NoiseEffect || probe.NoisePower > LoudNoise * probe.Variance))
        {
            return new TrainingFinding(
                FindingKind.NoiseTooHigh,
                "The noise is too high: it hides the signal",
                evidence + Invariant($" The noise itself has {probe.NoisePower / probe.Variance:P0} of it. An error above {HiddenShare:P0} with {NoiseEffect} times the clean one, or with noise above {LoudNoise:P0}, is more than the network can take away."),
                "A third of the level, or a level that falls, such as gaussian:0.3..0.05.");
        }

        return ratio >= NoNoiseEffect ? null : new TrainingFinding(
            FindingKind.NoiseTooLow, "The noise is too low to matter", evidence + Invariant($" Below {NoNoiseEffect} times it trains nothing."), "A level three to ten times as high, or none.");
    }

    internal static double Ratio(TrainingStudy study) => study.Curves.LossAsScored.Validation[study.Curves.Best] / study.Curves.LossAsScored.Train[study.Curves.Best];

    private static double Train(TrainingStudy study) => study.Curves.Loss.Train[study.Curves.Best];

    private static double Validation(TrainingStudy study) => study.Curves.Loss.Validation[study.Curves.Best];

    internal static double TrainShare(TrainingStudy study) => Train(study) / study.Model.ConstantOutputLoss;

    internal static double ValidationShare(TrainingStudy study) => Validation(study) / study.Model.ConstantOutputLoss;
}
