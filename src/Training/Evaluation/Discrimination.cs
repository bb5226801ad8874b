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
    public static double AreaUnderRoc(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous) => AreaOf(ScoreGroup.Ascending(healthy, anomalous));

    internal static double AreaOf(IReadOnlyList<ScoreGroup> groups)
    {
        // Ranks are summed as twice their value, in whole numbers: tied scores share (first + last) / 2.
        long doubledRankSum = 0;
        long below = 0;
        long anomalous = 0;
        foreach (ScoreGroup group in groups)
        {
            long tied = group.Healthy + (long)group.Anomalous;
            doubledRankSum += group.Anomalous * ((2 * below) + tied + 1);
            below += tied;
            anomalous += group.Anomalous;
        }

        double doubledU = doubledRankSum - ((double)anomalous * (anomalous + 1));
        return doubledU / (2.0 * (below - anomalous) * anomalous);
    }

    /// <summary>
    /// Area under the precision-recall curve as average precision: Σ (recallₖ − recallₖ₋₁) · precisionₖ over the distinct scores from
    /// the highest down, without interpolation (which flatters). Chance is the share of anomalous windows.
    /// </summary>
    /// <param name="healthy">Scores of healthy windows.</param>
    /// <param name="anomalous">Scores of anomalous windows.</param>
    /// <exception cref="ArgumentException">A set is empty or holds a NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous) => PrecisionOf(ScoreGroup.Ascending(healthy, anomalous));

    internal static double PrecisionOf(IReadOnlyList<ScoreGroup> groups)
    {
        long found = 0;
        long raised = 0;
        double area = 0;
        for (int i = groups.Count - 1; i >= 0; i--)
        {
            ScoreGroup group = groups[i];
            found += group.Anomalous;
            raised += group.Anomalous + (long)group.Healthy;
            area += (double)group.Anomalous * found / raised;
        }

        // Divided once at the end: perfect scores then give 1 and no rounding beyond it.
        return area / found;
    }
}
