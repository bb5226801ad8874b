namespace Thrum.Training.Evaluation;

/// <summary>
/// Every figure of how scores tell anomalous windows from healthy ones, with its 95 % confidence interval by block bootstrap and, near 0 and 1, where that is blind, by <see cref="EdgeIntervals"/>. Those that
/// need a threshold are null when none is given. Immutable.
/// </summary>
public sealed record ScoreEvaluation
{
    /// <summary>Area under the ROC curve.</summary>
    public required ConfidenceInterval Auroc { get; init; }

    /// <summary>Average precision, the area under the precision-recall curve.</summary>
    public required ConfidenceInterval Auprc { get; init; }

    /// <summary>See <see cref="ConfusionCounts.F1"/>.</summary>
    public ConfidenceInterval? F1 { get; init; }

    /// <summary>See <see cref="ConfusionCounts.Precision"/>.</summary>
    public ConfidenceInterval? Precision { get; init; }

    /// <summary>See <see cref="ConfusionCounts.Recall"/>; the detection rate.</summary>
    public ConfidenceInterval? Recall { get; init; }

    /// <summary>See <see cref="ConfusionCounts.FalseAlarmRate"/>.</summary>
    public ConfidenceInterval? FalseAlarmRate { get; init; }

    /// <summary>See <see cref="ConfusionCounts.MissedAlarmRate"/>.</summary>
    public ConfidenceInterval? MissedAlarmRate { get; init; }

    /// <summary>See <see cref="ConfusionCounts.BalancedAccuracy"/>.</summary>
    public ConfidenceInterval? BalancedAccuracy { get; init; }

    /// <summary>See <see cref="ConfusionCounts.BalancedF1"/>.</summary>
    public ConfidenceInterval? BalancedF1 { get; init; }

    /// <summary>Windows in a stretch of the bootstrap.</summary>
    public required int BlockLength { get; init; }

    /// <summary>Computes all of them.</summary>
    /// <param name="healthy">Scores of healthy windows in order of time.</param>
    /// <param name="anomalous">Scores of anomalous windows in order of time.</param>
    /// <param name="threshold">A score equal to it raises the alarm; null for none.</param>
    /// <param name="leastBlock">Windows that share samples; stretches are at least so long, and √n of the smaller group (blocks that grow with n, but slower).</param>
    /// <param name="replicates">How many resamples.</param>
    /// <exception cref="ArgumentException">A set is empty or holds a NaN.</exception>
    public static ScoreEvaluation Of(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous, double? threshold, int leastBlock = 1, int replicates = 400)
    {
        int smaller = Math.Min(healthy.Length, anomalous.Length), block = Math.Max(leastBlock, (int)Math.Ceiling(Math.Sqrt(smaller)));
        IReadOnlyList<ConfidenceInterval> found = BlockBootstrap.Intervals(healthy, anomalous, (h, a) => FiguresOf(h, a, threshold), block, replicates: replicates);
        var areas = new ScoreEvaluation { Auroc = EdgeIntervals.Area(found[0], smaller, block), Auprc = EdgeIntervals.AveragePrecision(found[1], healthy.Length, anomalous.Length, block), BlockLength = block };
        return threshold is { } level ? areas.At(ConfusionCounts.At(healthy, anomalous, level), found) : areas;
    }

    /// <summary>With the figures of a threshold, of which the bootstrap found these.</summary>
    private ScoreEvaluation At(ConfusionCounts counts, IReadOnlyList<ConfidenceInterval> found)
    {
        (long hits, long misses, long falseAlarms) = (counts.TruePositives, counts.FalseNegatives, counts.FalsePositives);
        ConfidenceInterval recall = EdgeIntervals.Share(found[4], hits, hits + misses, BlockLength);
        ConfidenceInterval rate = EdgeIntervals.Share(found[5], falseAlarms, falseAlarms + counts.TrueNegatives, BlockLength);
        return this with
        {
            F1 = EdgeIntervals.F1(found[2], counts, BlockLength),
            Precision = EdgeIntervals.Share(found[3], hits, hits + falseAlarms, BlockLength),
            Recall = recall,
            FalseAlarmRate = rate,
            MissedAlarmRate = EdgeIntervals.Share(found[6], misses, hits + misses, BlockLength),
            BalancedAccuracy = EdgeIntervals.OfBoth(found[7], recall, rate, counts, BlockLength, ConfusionCounts.BalancedAccuracyOf),
            BalancedF1 = EdgeIntervals.OfBoth(found[8], recall, rate, counts, BlockLength, ConfusionCounts.BalancedF1Of),
        };
    }

    /// <summary>The figures in the order of the properties, without those that need a threshold where there is none.</summary>
    private static double[] FiguresOf(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous, double? threshold)
    {
        List<ScoreGroup> groups = ScoreGroup.Ascending(healthy, anomalous);
        (double auroc, double auprc) = (Discrimination.AreaOf(groups), Discrimination.PrecisionOf(groups));
        if (threshold is not { } level)
        {
            return [auroc, auprc];
        }

        var counts = ConfusionCounts.At(healthy, anomalous, level);
        return [auroc, auprc, counts.F1, counts.Precision, counts.Recall, counts.FalseAlarmRate, counts.MissedAlarmRate, counts.BalancedAccuracy, counts.BalancedF1];
    }
}
