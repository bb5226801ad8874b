using System.Text.Json.Serialization;
using Thrum.Spectral.Vectors;

namespace Thrum.Detector.Calibration;

/// <summary>Healthy scores of one metric, condensed.</summary>
public sealed record ScoreDistribution
{
    // Some minutes do not show all that a healthy machine does: standard deviations of a logarithm below 5 % are not believed.
    internal const double LeastDeviation = 0.05;

    private const int MaxQuantiles = 513;

    // The smallest normal number stands for a score of exactly 0, which has no logarithm.
    private const double LeastScore = 1.2e-38;

    // A fit says nothing of rarer events, and logarithms of p-values must exist.
    private const float LeastPValue = 1e-30f;

    /// <summary>Number of healthy windows behind it.</summary>
    public required int Windows { get; init; }

    /// <summary>Mean of the natural logarithm of the scores.</summary>
    public required double LogMean { get; init; }

    /// <summary>Standard deviation of the natural logarithm of the scores.</summary>
    public required double LogStd { get; init; }

    /// <summary>Scores at evenly spaced ranks, ascending; the first is the least and the last the greatest.</summary>
    public required float[] Quantiles { get; init; }

    /// <summary>The fitted tail, for scores beyond the greatest; null when there are too few scores or none fits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScoreTail? Tail { get; init; }

    /// <summary>The median, between the two in the middle where their number is even.</summary>
    [JsonIgnore]
    public float Median => (float)Quantile(0.5);

    internal bool IsConsistent => Windows > 0 && double.IsFinite(LogMean) && LogStd >= 0 && double.IsFinite(LogStd) && Quantiles is { Length: > 0 }
        && Quantiles.All(float.IsFinite) && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First <= pair.Second)
        && Tail is not { IsConsistent: false };

    /// <summary>Condenses scores of healthy windows.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public static ScoreDistribution FromScores(IReadOnlyList<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        float[] sorted = [.. scores.Order()];
        if (sorted.Length == 0 || !sorted.All(float.IsFinite))
        {
            throw new ArgumentException($"Expected at least one score, all finite; found {sorted.Length} scores.", nameof(scores));
        }

        double[] logs = [.. sorted.Select(score => LogOf(score))];
        double mean = logs.Average();
        return new ScoreDistribution
        {
            Windows = sorted.Length,
            LogMean = mean,
            LogStd = Math.Sqrt(logs.Average(log => (log - mean) * (log - mean))),
            Quantiles = [.. RanksOf(sorted.Length).Select(rank => sorted[rank])],
            Tail = ScoreTail.Fit(sorted, sorted.Length),
        };
    }

    /// <summary>The ranks whose scores are kept, ascending.</summary>
    internal static long[] RanksOf(long windows)
    {
        long count = Math.Min(MaxQuantiles, windows);
        return [.. Enumerable.Range(0, (int)count).Select(i => count == 1 ? 0 : i * (windows - 1) / (count - 1))];
    }

    /// <summary>Natural logarithm; that of the smallest normal number for a score of 0.</summary>
    internal static double LogOf(double score) => Math.Log(Math.Max(score, LeastScore));

    /// <summary>A distribution that is only known by mean and standard deviation of the logarithm, as a lognormal one.</summary>
    internal static ScoreDistribution LogNormal(int windows, double mean, double deviation) => new()
    {
        Windows = Math.Max(1, windows),
        LogMean = mean,
        LogStd = deviation,
        Quantiles = [.. Enumerable.Range(0, MaxQuantiles).Select(i => (float)Math.Exp(mean + (deviation * NormalTail.Quantile((i + 0.5) / MaxQuantiles))))],
    };

    /// <summary>The score at a rank from 0 to 1, linear between those that are kept.</summary>
    internal double Quantile(double rank)
    {
        double at = rank * (Quantiles.Length - 1);
        int low = Math.Min((int)at, Quantiles.Length - 1), high = Math.Min(low + 1, Quantiles.Length - 1);
        return Quantiles[low] + ((at - low) * ((double)Quantiles[high] - Quantiles[low]));
    }

    /// <summary>Share of the kept scores that are not above a score.</summary>
    internal double ShareUpTo(float score) => (double)CountBelow(MathF.BitIncrement(score)) / Quantiles.Length;

    /// <summary>
    /// Conformal p-value p = (1 + #{healthy ≥ s}) / (n + 1) (Vovk, Gammerman and Shafer 2005), the count being read from the
    /// quantiles: exact while every score is kept, within one quantile step beyond. Beyond the greatest healthy score it goes on
    /// as the fitted tail does; without one it stays at 1/(n + 1).
    /// </summary>
    public float PValue(float score)
    {
        if (Tail is { } tail && score > Quantiles[^1])
        {
            return Math.Max(LeastPValue, (float)(Math.Exp(tail.LogSurvival(score) - tail.LogSurvival(Quantiles[^1])) / (Windows + 1)));
        }

        double atLeast = (double)(Quantiles.Length - CountBelow(score)) / Quantiles.Length * Windows;
        return (float)((1 + atLeast) / (Windows + 1));
    }

    /// <summary>
    /// ln of the p-value without its steps, so that scores do not tie and the rarest are told apart: linear between the quantiles up to the base of the fitted
    /// tail, and from there on as that goes. Where no tail fits, that of a lognormal score. At least ln 10⁻³⁰⁰.
    /// </summary>
    internal double SmoothLogPValue(double score)
    {
        const double Least = -690, LeastStd = 1e-6;
        double log = Tail is null ? NormalTail.Log((LogOf(score) - LogMean) / Math.Max(LogStd, LeastStd))
            : score > Tail.Base ? Math.Log(SmoothPValue(Tail.Base)) + Tail.LogSurvival(score)
            : Math.Log(SmoothPValue(score));
        return Math.Max(Least, log);
    }

    private double SmoothPValue(double score)
    {
        int above = CountBelow((float)score);
        double place = above == 0 ? 0 : above == Quantiles.Length ? above : above - 1 + ((score - Quantiles[above - 1]) / (Quantiles[above] - Quantiles[above - 1]));
        double share = Math.Clamp(1 - (place / Math.Max(1, Quantiles.Length - 1)), 0, 1);
        return (1 + (share * Windows)) / (Windows + 1);
    }

    private int CountBelow(float score) => Ascending.CountBelow(Quantiles, score);

    /// <summary>The level k standard deviations of the logarithm above its mean: exp(μ + kσ).</summary>
    public double SigmaLevel(double k) => Math.Exp(LogMean + (k * LogStd));
}
