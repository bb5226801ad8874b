using Thrum.Training.Evaluation;
using Thrum.Training.Models;
using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>Dead units, imbalance and the choice of a threshold.</summary>
internal static class DataFindings
{
    private const double DeadShare = 0.1;
    private const double RecordingRatio = 10;
    private const double RareShare = 0.1;
    private const double ThresholdGain = 0.05;

    public static IEnumerable<TrainingFinding> Of(TrainingStudy study)
    {
        TrainingFinding?[] found = [DeadUnits(study), Recordings(study), .. study.Scores is { Faulty.Count: > 0 } scores ? [Groups(scores), Threshold(scores)] : Array.Empty<TrainingFinding?>()];
        return found.OfType<TrainingFinding>();
    }

    private static TrainingFinding? DeadUnits(TrainingStudy study)
    {
        LayerUnits[] poor = [.. study.Hidden.Where(layer => layer.Dead > DeadShare * layer.Units)];
        string rate = Invariant($"a learning rate of {study.Model.Options.LearningRate / 10:G2}");
        return poor.Length == 0 ? null : new TrainingFinding(
            FindingKind.DeadUnits,
            "Dead units",
            Invariant($"Units that give one value for every validation window: {string.Join(", ", poor.Select(layer => Invariant($"{layer.Dead} of {layer.Units} in {layer.Layer}")))} (bound {DeadShare:P0} of a layer)."),
            (StyleParser.WithOtherActivation(study.Model.Options.Model) is { } other ? $"Another activation, such as --model '{other}'; {rate}; batchnorm or layernorm." : $"Try {rate}.") + " Or the layer is wider than it needs to be.");
    }

    private static TrainingFinding? Recordings(TrainingStudy study)
    {
        if (study.Recordings.Count < 2)
        {
            return null;
        }

        (string Name, long Samples) most = study.Recordings.MaxBy(recording => recording.Samples), least = study.Recordings.MinBy(recording => recording.Samples);
        return most.Samples <= RecordingRatio * least.Samples ? null : new TrainingFinding(
            FindingKind.Imbalance,
            "Imbalance: one recording outweighs another",
            Invariant($"{most.Name} has {most.Samples} samples and {least.Name} {least.Samples}, {most.Samples / Math.Max(1.0, least.Samples):F0} times fewer (bound {RecordingRatio})."),
            "Shorten the long recording with --from and --to, or record the rare condition longer; otherwise it may be reported as a fault.");
    }

    private static TrainingFinding? Groups(ScoreComparison scores)
    {
        double share = scores.Faulty.Count / (double)(scores.Faulty.Count + scores.Healthy.Count);
        return share is >= RareShare and <= 1 - RareShare ? null : new TrainingFinding(
            FindingKind.Imbalance,
            "Imbalance: healthy and faulty windows are far from equal in number",
            Invariant($"{scores.Healthy.Count} healthy and {scores.Faulty.Count} faulty windows, {share:P0} of them faulty (bounds {RareShare:P0} and {1 - RareShare:P0}): precision, F1 and AUPRC say as much about that share as about the model."),
            "Read AUROC, balanced accuracy and the rates of each group; or cut both groups to a like length.")
        { Metric = scores.Metric };
    }

    private static TrainingFinding? Threshold(ScoreComparison scores)
    {
        if (scores.Threshold is not { } level)
        {
            return null;
        }

        double[] healthy = [.. scores.Healthy], faulty = [.. scores.Faulty];
        ConfusionCounts now = ConfusionCounts.At(healthy, faulty, level);
        ThresholdPoint best = ThresholdCurve.Of(healthy, faulty).BestBalanced;
        double gain = best.Counts.BalancedAccuracy - now.BalancedAccuracy;
        return gain <= ThresholdGain ? null : new TrainingFinding(
            FindingKind.Threshold,
            level > best.Threshold ? "The threshold is high: faults pass below it" : "The threshold is low: healthy windows exceed it",
            Invariant($"At {scores.Metric} {level:G4}, where the default rule raises, {now.FalseAlarmRate:P1} of healthy and {now.Recall:P1} of faulty windows are above: balanced accuracy {now.BalancedAccuracy:F3}. At {best.Threshold:G4} it would be {best.Counts.BalancedAccuracy:F3}, with {best.Counts.FalseAlarmRate:P1} and {best.Counts.Recall:P1} (bound {ThresholdGain:F2} of a gain)."),
            level > best.Threshold
                ? "A larger false-alarm budget, or a threshold near the better one checked on other healthy recordings: this one was found with the faults in view."
                : "Calibrate with more healthy recordings: the calibration did not see what these hold.")
        { Metric = scores.Metric };
    }
}
