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
        scores.Windows, Drift.Quantile(scores, 0.5), Drift.Quantile(scores, 0.75) - Drift.Quantile(scores, 0.25), Drift.Quantile(scores, 0.95), Drift.Quantile(scores, 0.99), scores.Quantiles[^1]);
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

    // Some minutes do not show all that a healthy machine does, see the baseline.
    private const double LeastDeviation = 0.05;
    private const float LeastScore = 1.2e-38f;

    /// <summary>The difference of one metric.</summary>
    public static MetricDrift Of(string metric, ScoreDistribution before, ScoreDistribution now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        double greatest = 0, moved = 0, deviation = Math.Max(before.LogStd, LeastDeviation);
        foreach (float score in before.Quantiles.Concat(now.Quantiles))
        {
            greatest = Math.Max(greatest, Math.Abs(ShareUpTo(before, score) - ShareUpTo(now, score)));
        }

        for (int i = 0; i < Ranks; i++)
        {
            double rank = (i + 0.5) / Ranks;
            moved += Math.Abs(Log(Quantile(now, rank)) - Log(Quantile(before, rank)));
        }

        return new MetricDrift(
            metric, ScoreSummary.Of(before), ScoreSummary.Of(now), greatest,
            SmirnovPoint * Math.Sqrt(((double)before.Windows + now.Windows) / ((double)before.Windows * now.Windows)),
            moved / Ranks / deviation, (Log(Quantile(now, 0.5)) - Log(Quantile(before, 0.5))) / deviation);
    }

    /// <summary>A distribution that is only known by mean and standard deviation of the logarithm, as a lognormal one.</summary>
    internal static ScoreDistribution LogNormal(int windows, double mean, double deviation) => new()
    {
        Windows = Math.Max(1, windows),
        LogMean = mean,
        LogStd = deviation,
        Quantiles = [.. Enumerable.Range(0, Ranks + 1).Select(i => (float)Math.Exp(mean + (deviation * NormalTail.Quantile((i + 0.5) / (Ranks + 1)))))],
    };

    /// <summary>The score at a rank from 0 to 1, linear between those that are kept.</summary>
    internal static double Quantile(ScoreDistribution scores, double rank)
    {
        double at = rank * (scores.Quantiles.Length - 1);
        int low = Math.Min((int)at, scores.Quantiles.Length - 1), high = Math.Min(low + 1, scores.Quantiles.Length - 1);
        return scores.Quantiles[low] + ((at - low) * ((double)scores.Quantiles[high] - scores.Quantiles[low]));
    }

    private static double ShareUpTo(ScoreDistribution scores, float score)
    {
        int at = Array.BinarySearch(scores.Quantiles, score);
        at = at < 0 ? ~at : at + 1;
        while (at < scores.Quantiles.Length && scores.Quantiles[at] <= score)
        {
            at++;
        }

        return (double)at / scores.Quantiles.Length;
    }

    private static double Log(double score) => Math.Log(Math.Max(score, LeastScore));
}
