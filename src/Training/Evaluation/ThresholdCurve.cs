using System.Runtime.InteropServices;

namespace Thrum.Training.Evaluation;

/// <summary>What one threshold would give.</summary>
/// <param name="Threshold">A score equal to it raises the alarm.</param>
/// <param name="Counts">Alarms against labels, and every rate that follows from them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ThresholdPoint(double Threshold, ConfusionCounts Counts);

/// <summary>All that a threshold can be set to: one point per distinct score, from the highest down. Immutable.</summary>
public sealed class ThresholdCurve
{
    private ThresholdCurve(IReadOnlyList<ThresholdPoint> points) => Points = points;

    /// <summary>From the strictest threshold, the highest score, to the lowest score, where every window is flagged.</summary>
    public IReadOnlyList<ThresholdPoint> Points { get; }

    /// <summary>The threshold with the highest F1; of equals the strictest. It depends on how many anomalous windows there are.</summary>
    public ThresholdPoint BestF1 => Points.MaxBy(point => point.Counts.F1);

    /// <summary>The threshold with the highest balanced accuracy (Youden's J), which does not; of equals the strictest.</summary>
    public ThresholdPoint BestBalanced => Points.MaxBy(point => point.Counts.BalancedAccuracy);

    /// <summary>The curve of two groups of scores.</summary>
    /// <param name="healthy">Scores of healthy windows.</param>
    /// <param name="anomalous">Scores of anomalous windows.</param>
    /// <exception cref="ArgumentException">A set is empty or holds a NaN.</exception>
    public static ThresholdCurve Of(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous)
    {
        List<ScoreGroup> groups = ScoreGroup.Ascending(healthy, anomalous);
        var points = new ThresholdPoint[groups.Count];
        long found = 0, raised = 0;
        for (int i = 0; i < points.Length; i++)
        {
            ScoreGroup group = groups[^(i + 1)];
            found += group.Anomalous;
            raised += group.Healthy;
            points[i] = new ThresholdPoint(group.Score, new ConfusionCounts(found, raised, anomalous.Length - found, healthy.Length - raised));
        }

        return new ThresholdCurve(points);
    }

    /// <summary>At most so many of the points, for a drawing: evenly spread by rank, with both ends and both best ones.</summary>
    /// <param name="most">At least 4.</param>
    public IReadOnlyList<ThresholdPoint> Thinned(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (Points.Count <= most)
        {
            return Points;
        }

        int spread = most - 2;
        IEnumerable<ThresholdPoint> even = Enumerable.Range(0, spread).Select(i => Points[(int)((long)i * (Points.Count - 1) / (spread - 1))]);
        return [.. even.Append(BestF1).Append(BestBalanced).Distinct().OrderByDescending(point => point.Threshold)];
    }
}
