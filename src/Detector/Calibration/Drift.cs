namespace Thrum.Detector.Calibration;

/// <summary>A distribution of scores in a few numbers.</summary>
/// <param name="Windows">Windows behind it.</param>
/// <param name="Median">Median.</param>
/// <param name="Spread">From the first quartile to the third.</param>
/// <param name="P95">Reached by one window in twenty.</param>
/// <param name="P99">Reached by one in a hundred.</param>
/// <param name="Greatest">The greatest.</param>
public sealed record ScoreSummary(int Windows, double Median, double Spread, double P95, double P99, double Greatest)
{
    internal static ScoreSummary Of(ScoreDistribution scores) => new(
        scores.Windows, scores.Median, scores.Quantile(0.75) - scores.Quantile(0.25), scores.Quantile(0.95), scores.Quantile(0.99), scores.Quantiles[^1]);
}

/// <summary>How the healthy scores of a metric differ from what they were.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Before">As they were.</param>
/// <param name="Now">As they are.</param>
/// <param name="KolmogorovSmirnov">Greatest difference of the two distribution functions, 0 to 1, to about 0.004.</param>
/// <param name="Bound">What it exceeds in one of a hundred pairs of samples of one distribution, were their windows independent: 1.63 √((n + m)/(n m)) (N. Smirnov, 1948).</param>
/// <param name="Shift">
/// Wasserstein distance of the logarithms of the scores in standard deviations of those before: by so much a score moved on average.
/// </param>
/// <param name="MedianShift">By how much the median of the logarithm rose, in the same unit; negative where it fell.</param>
public sealed record MetricDrift(string Metric, ScoreSummary Before, ScoreSummary Now, double KolmogorovSmirnov, double Bound, double Shift, double MedianShift);

/// <summary>Compares healthy scores of two times by what is kept of their distributions.</summary>
public static class Drift
{
    /// <summary>Beyond so many standard deviations a change looks like a fault, not like drift: there a rule of some sigma is about to raise.</summary>
    public const double MostShift = 3;

    private const double SmirnovPoint = 1.63;
    private const int Ranks = 512;

    /// <summary>The difference of one metric.</summary>
    public static MetricDrift Of(string metric, ScoreDistribution before, ScoreDistribution now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        double greatest = 0, moved = 0, deviation = Math.Max(before.LogStd, ScoreDistribution.LeastDeviation);
        foreach (float score in before.Quantiles.Concat(now.Quantiles))
        {
            greatest = Math.Max(greatest, Math.Abs(before.ShareUpTo(score) - now.ShareUpTo(score)));
        }

        for (int i = 0; i < Ranks; i++)
        {
            double rank = (i + 0.5) / Ranks;
            moved += Math.Abs(ScoreDistribution.LogOf(now.Quantile(rank)) - ScoreDistribution.LogOf(before.Quantile(rank)));
        }

        return new MetricDrift(
            metric, ScoreSummary.Of(before), ScoreSummary.Of(now), greatest,
            SmirnovPoint * Math.Sqrt(((double)before.Windows + now.Windows) / ((double)before.Windows * now.Windows)),
            moved / Ranks / deviation, (ScoreDistribution.LogOf(now.Median) - ScoreDistribution.LogOf(before.Median)) / deviation);
    }
}
