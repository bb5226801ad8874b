namespace Thrum.Training.Evaluation;

/// <summary>Point-wise counts of alarms against labels. Add counts of several recordings to pool them.</summary>
/// <param name="TruePositives">Anomalous points with an alarm.</param>
/// <param name="FalsePositives">Normal points with an alarm.</param>
/// <param name="FalseNegatives">Anomalous points without.</param>
/// <param name="TrueNegatives">Normal points without.</param>
public readonly record struct ConfusionCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall; 0 when nothing is anomalous and nothing alarms.</summary>
    public double F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>TP / (TP + FP); 0 without an alarm.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>TP / (TP + FN); 0 without an anomaly.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>FP / (FP + TN), the share of normal points with an alarm.</summary>
    public double FalseAlarmRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>FN / (TP + FN), the share of anomalous points without an alarm.</summary>
    public double MissedAlarmRate => Ratio(FalseNegatives, TruePositives + FalseNegatives);

    /// <summary>(recall + 1 − false-alarm rate) / 2: accuracy as if there were as many anomalous points as normal ones; 0.5 is chance.</summary>
    public double BalancedAccuracy => BalancedAccuracyOf(Recall, FalseAlarmRate);

    /// <summary>2·recall / (recall + false-alarm rate + 1): the F1 that as many anomalous points as normal ones would give, which does not move with their share.</summary>
    public double BalancedF1 => BalancedF1Of(Recall, FalseAlarmRate);

    /// <summary>Counts alarms of scores at or above a threshold.</summary>
    /// <param name="healthy">Scores of healthy windows.</param>
    /// <param name="anomalous">Scores of anomalous windows.</param>
    /// <param name="threshold">A score equal to it raises the alarm.</param>
    public static ConfusionCounts At(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous, double threshold)
    {
        long raised = CountAtLeast(healthy, threshold), found = CountAtLeast(anomalous, threshold);
        return new ConfusionCounts(found, raised, anomalous.Length - found, healthy.Length - raised);
    }

    /// <summary>Counts two equally long series.</summary>
    /// <param name="alarms">Whether there is an alarm at each point.</param>
    /// <param name="labels">Whether the point is anomalous.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ConfusionCounts Of(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> labels)
    {
        if (alarms.Length != labels.Length)
        {
            throw new ArgumentException($"{alarms.Length} alarms and {labels.Length} labels: expected as many of each", nameof(labels));
        }

        long both = 0, alarmOnly = 0, labelOnly = 0;
        for (int i = 0; i < alarms.Length; i++)
        {
            both += alarms[i] && labels[i] ? 1 : 0;
            alarmOnly += alarms[i] && !labels[i] ? 1 : 0;
            labelOnly += !alarms[i] && labels[i] ? 1 : 0;
        }

        return new ConfusionCounts(both, alarmOnly, labelOnly, alarms.Length - both - alarmOnly - labelOnly);
    }

    /// <summary>Counts of both together.</summary>
    public static ConfusionCounts operator +(ConfusionCounts a, ConfusionCounts b) => a.Add(b);

    /// <summary>Counts of both together.</summary>
    public ConfusionCounts Add(ConfusionCounts other) => new(
        TruePositives + other.TruePositives, FalsePositives + other.FalsePositives, FalseNegatives + other.FalseNegatives, TrueNegatives + other.TrueNegatives);

    internal static double BalancedAccuracyOf(double recall, double falseAlarmRate) => (recall + 1 - falseAlarmRate) / 2;

    internal static double BalancedF1Of(double recall, double falseAlarmRate) => 2 * recall / (recall + falseAlarmRate + 1);

    private static long CountAtLeast(ReadOnlySpan<double> scores, double threshold)
    {
        long count = 0;
        foreach (double score in scores)
        {
            count += score >= threshold ? 1 : 0;
        }

        return count;
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
