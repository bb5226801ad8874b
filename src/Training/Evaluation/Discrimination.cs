namespace Thrum.Training.Evaluation;

/// <summary>
/// How well scores tell anomalous windows from healthy ones. Higher scores mean more anomalous; scores must be numbers (infinities
/// are ranked, NaN is refused).
/// </summary>
public static class Discrimination
{
    /// <summary>
    /// Area under the ROC curve, exactly: the share of pairs (healthy, anomalous) in which the anomalous score is higher, ties
    /// counting half (Mann-Whitney U over the number of pairs). 0.5 is chance.
    /// </summary>
    /// <param name="healthy">Scores of healthy windows.</param>
    /// <param name="anomalous">Scores of anomalous windows.</param>
    /// <exception cref="ArgumentException">A set is empty or holds a NaN.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous)
    {
        // Ranks are summed as twice their value, in whole numbers: tied scores share (first + last) / 2.
        long doubledRankSum = 0;
        long below = 0;
        foreach (ScoreGroup group in ScoreGroup.Ascending(healthy, anomalous))
        {
            long tied = group.Healthy + (long)group.Anomalous;
            doubledRankSum += group.Anomalous * ((2 * below) + tied + 1);
            below += tied;
        }

        double doubledU = doubledRankSum - ((double)anomalous.Length * (anomalous.Length + 1));
        return doubledU / (2.0 * healthy.Length * anomalous.Length);
    }

    /// <summary>
    /// Area under the precision-recall curve as average precision: Σ (recallₖ − recallₖ₋₁) · precisionₖ over the distinct scores from
    /// the highest down, without interpolation (which flatters). Chance is the share of anomalous windows.
    /// </summary>
    /// <param name="healthy">Scores of healthy windows.</param>
    /// <param name="anomalous">Scores of anomalous windows.</param>
    /// <exception cref="ArgumentException">A set is empty or holds a NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous)
    {
        long found = 0;
        long raised = 0;
        double area = 0;
        foreach (ScoreGroup group in ScoreGroup.Ascending(healthy, anomalous).AsEnumerable().Reverse())
        {
            found += group.Anomalous;
            raised += group.Anomalous + (long)group.Healthy;
            area += (double)group.Anomalous * found / raised;
        }

        // Divided once at the end: perfect scores then give 1 and no rounding beyond it.
        return area / anomalous.Length;
    }

    /// <summary>
    /// Share of scores at or above a threshold: of healthy windows the false-alarm rate, of anomalous ones the detection rate.
    /// </summary>
    /// <param name="scores">Of one kind of window.</param>
    /// <param name="threshold">A score equal to it raises the alarm.</param>
    /// <exception cref="ArgumentException">The set is empty or holds a NaN.</exception>
    public static double AlarmRate(ReadOnlySpan<double> scores, double threshold)
    {
        ScoreGroup.Check(scores, nameof(scores));
        int raised = 0;
        foreach (double score in scores)
        {
            raised += score >= threshold ? 1 : 0;
        }

        return (double)raised / scores.Length;
    }
}
