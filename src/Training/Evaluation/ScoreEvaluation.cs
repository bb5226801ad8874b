namespace Thrum.Training.Evaluation;

/// <summary>
/// Every figure of how scores tell anomalous windows from healthy ones, with its confidence interval by block bootstrap. Those that need a threshold are null when
/// none is given. Immutable.
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
        int block = Math.Max(leastBlock, (int)Math.Ceiling(Math.Sqrt(Math.Min(healthy.Length, anomalous.Length))));
        IReadOnlyList<ConfidenceInterval> found = BlockBootstrap.Intervals(healthy, anomalous, (h, a) => FiguresOf(h, a, threshold), block, replicates: replicates);
        return new ScoreEvaluation
        {
            Auroc = found[0],
            Auprc = found[1],
            F1 = Rate(2),
            Precision = Rate(3),
            Recall = Rate(4),
            FalseAlarmRate = Rate(5),
            MissedAlarmRate = Rate(6),
            BalancedAccuracy = Rate(7),
            BalancedF1 = Rate(8),
            BlockLength = block,
        };

        ConfidenceInterval? Rate(int i) => threshold is null ? null : found[i];
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
