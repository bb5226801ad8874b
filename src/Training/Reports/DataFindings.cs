using Thrum.Training.Evaluation;
using Thrum.Training.Models;
using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>Faults that do not stand out, dead units, imbalance, calibration and the choice of a threshold.</summary>
internal static class DataFindings
{
    private const double DeadShare = 0.1;
    private const double RecordingRatio = 10;
    private const double RareShare = 0.1;
    private const double ThresholdGain = 0.05;
    private const double PoorArea = 0.7;
    private const double Chance = 0.5;

    public static IEnumerable<TrainingFinding> Of(TrainingStudy study)
    {
        TrainingFinding?[] found =
        [
            study.Scores is { Faulty.Count: > 0 } both ? Indistinct(both) : null,
            DeadUnits(study), Recordings(study), Calibration(study),
            .. study.Scores is { Faulty.Count: > 0 } scores ? [Groups(scores), Threshold(scores)] : Array.Empty<TrainingFinding?>(),
        ];
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

    /// <summary>Of a network that learned nothing no file is written, so nobody asks for its thresholds.</summary>
    private static TrainingFinding? Calibration(TrainingStudy study) => !study.Model.IsBetterThanConstantOutput || study.Scores?.CalibrationWindows is not { } windows || windows >= ModelCard.FewWindows ? null : new TrainingFinding(
        FindingKind.ShortCalibration,
        "The calibration is short: expect false and missed alarms",
        Invariant($"The healthy scores that set the thresholds are {windows} windows long (bound {ModelCard.FewWindows}); they come from the last fifth of each recording, and a level for a rare alarm is extrapolated from them or is a multiple of sigma."),
        "Train with longer recordings, or run thrum calibrate on others of healthy running, which training did not see.")
    { Metric = study.Scores.Metric };

    private static TrainingFinding? Indistinct(ScoreComparison scores)
    {
        double area = Discrimination.AreaUnderRoc([.. scores.Healthy], [.. scores.Faulty]);
        return area >= PoorArea ? null : new TrainingFinding(
            FindingKind.Indistinct,
            area < Chance ? "Faulty windows score lower than healthy ones" : "Faulty windows hardly score higher than healthy ones",
            Invariant($"The area under the ROC curve of {scores.Metric} is {area:F3} (bound {PoorArea}; {Chance} is chance): no threshold tells them apart well."),
            "First see that both are of one axis and unit, and that each has the rate that it was recorded at: --rate holds for the faulty recordings too unless --faulty-rate says another, and a file that does not say its rate is believed whatever is given. Then another metric, window or loss, such as bands where the fault is expected.")
        { Metric = scores.Metric };
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
