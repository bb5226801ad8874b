namespace Thrum.Detector.Calibration;

/// <summary>Healthy scores of one metric, condensed.</summary>
public sealed record ScoreDistribution
{
    private const int MaxQuantiles = 513;

    /// <summary>Number of healthy windows behind it.</summary>
    public required int Windows { get; init; }

    /// <summary>Mean of the natural logarithm of the scores.</summary>
    public required double LogMean { get; init; }

    /// <summary>Standard deviation of the natural logarithm of the scores.</summary>
    public required double LogStd { get; init; }

    /// <summary>Scores at evenly spaced ranks, ascending; the first is the least and the last the greatest.</summary>
    public required float[] Quantiles { get; init; }

    internal bool IsConsistent => Windows > 0 && double.IsFinite(LogMean) && LogStd >= 0 && double.IsFinite(LogStd) && Quantiles is { Length: > 0 }
        && Quantiles.All(float.IsFinite) && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First <= pair.Second);

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

        // A score of exactly 0 has no logarithm; the smallest normal number stands for it.
        double[] logs = [.. sorted.Select(score => Math.Log(Math.Max(score, 1.2e-38)))];
        double mean = logs.Average();
        int count = Math.Min(MaxQuantiles, sorted.Length);
        return new ScoreDistribution
        {
            Windows = sorted.Length,
            LogMean = mean,
            LogStd = Math.Sqrt(logs.Average(log => (log - mean) * (log - mean))),
            Quantiles = [.. Enumerable.Range(0, count).Select(i => sorted[count == 1 ? 0 : (int)((long)i * (sorted.Length - 1) / (count - 1))])],
        };
    }

    /// <summary>
    /// Conformal p-value p = (1 + #{healthy ≥ s}) / (n + 1) (Vovk, Gammerman and Shafer 2005), the count being read from the
    /// quantiles: exact while every score is kept, within one quantile step beyond.
    /// </summary>
    public float PValue(float score)
    {
        int low = 0, high = Quantiles.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Quantiles[middle] < score)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        double atLeast = (double)(Quantiles.Length - low) / Quantiles.Length * Windows;
        return (float)((1 + atLeast) / (Windows + 1));
    }

    /// <summary>The level k standard deviations of the logarithm above its mean: exp(μ + kσ).</summary>
    public double SigmaLevel(double k) => Math.Exp(LogMean + (k * LogStd));
}
