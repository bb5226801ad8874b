using Thrum.Training.Models;

namespace Thrum.Training.Evaluation;

/// <summary>A figure computed from healthy and anomalous scores, such as <see cref="Discrimination.AreaUnderRoc"/>.</summary>
/// <param name="healthy">Scores of healthy windows.</param>
/// <param name="anomalous">Scores of anomalous windows.</param>
public delegate double ScoreStatistic(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous);

/// <summary>
/// Confidence intervals by the circular block bootstrap (Politis and Romano, 1992), percentile form. Neighbouring windows resemble
/// each other, so stretches are drawn instead of single windows; drawing windows would make the interval too narrow.
/// </summary>
public static class BlockBootstrap
{
    /// <summary>The interval of a statistic: <see cref="Intervals"/> of one.</summary>
    public static ConfidenceInterval Interval(
        ReadOnlySpan<double> healthy,
        ReadOnlySpan<double> anomalous,
        ScoreStatistic statistic,
        int blockLength,
        double confidence = 0.95,
        int replicates = 1000,
        int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        return Intervals(healthy, anomalous, (h, a) => [statistic(h, a)], blockLength, confidence, replicates, seed)[0];
    }

    /// <summary>The intervals of several statistics over the same resamples.</summary>
    /// <param name="healthy">Scores of healthy windows in order of time.</param>
    /// <param name="anomalous">Scores of anomalous windows in order of time.</param>
    /// <param name="statistics">What to compute; always as many.</param>
    /// <param name="blockLength">Windows in a stretch: several times as many as overlap or resemble each other.</param>
    /// <param name="confidence">Between 0 and 1, such as 0.95.</param>
    /// <param name="replicates">How many resamples.</param>
    /// <param name="seed">Fixes the resamples.</param>
    public static IReadOnlyList<ConfidenceInterval> Intervals(
        ReadOnlySpan<double> healthy,
        ReadOnlySpan<double> anomalous,
        Func<ReadOnlySpan<double>, ReadOnlySpan<double>, double[]> statistics,
        int blockLength,
        double confidence = 0.95,
        int replicates = 1000,
        int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 1);
        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "expected a number between 0 and 1");
        }

        double[] found = statistics(healthy, anomalous);
        double[][] resampled = [.. found.Select(_ => new double[replicates])];
        SeededRandom random = SeededRandom.For(seed, 0, RandomPurpose.Resampling);
        double[] healthySample = new double[healthy.Length];
        double[] anomalousSample = new double[anomalous.Length];
        for (int replicate = 0; replicate < replicates; replicate++)
        {
            Resample(healthy, healthySample, blockLength, random);
            Resample(anomalous, anomalousSample, blockLength, random);
            double[] values = statistics(healthySample, anomalousSample);
            for (int i = 0; i < values.Length; i++)
            {
                resampled[i][replicate] = values[i];
            }
        }

        foreach (double[] values in resampled)
        {
            Array.Sort(values);
        }

        double tail = (1 - confidence) / 2;
        return [.. found.Zip(resampled, (value, sorted) => new ConfidenceInterval(value, Quantile(sorted, tail), Quantile(sorted, 1 - tail)))];
    }

    private static void Resample(ReadOnlySpan<double> scores, Span<double> sample, int blockLength, SeededRandom random)
    {
        for (int filled = 0; filled < sample.Length; filled += blockLength)
        {
            int start = random.NextInt(scores.Length);
            int length = Math.Min(blockLength, sample.Length - filled);
            for (int i = 0; i < length; i++)
            {
                sample[filled + i] = scores[(int)((start + (long)i) % scores.Length)];
            }
        }
    }

    /// <summary>Linear interpolation between order statistics (Hyndman and Fan's type 7).</summary>
    internal static double Quantile(double[] sorted, double probability)
    {
        double position = probability * (sorted.Length - 1);
        int lower = (int)position;
        int upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((position - lower) * (sorted[upper] - sorted[lower]));
    }
}
