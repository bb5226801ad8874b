using Thrum.Training.Evaluation;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Evaluation;

public sealed class BlockBootstrapTests
{
    [Fact]
    public void Interval_OfIndependentScores_HasTheKnownWidth()
    {
        const int count = 400;
        double[] scores = Gaussian(count, 1);
        ConfidenceInterval interval = BlockBootstrap.Interval(scores, [0], (healthy, _) => Mean(healthy), blockLength: 1, replicates: 4000);

        double deviation = Math.Sqrt(scores.Average(x => x * x) - Math.Pow(scores.Average(), 2));
        double expected = 2 * 1.96 * deviation / Math.Sqrt(count);
        Assert.Equal(expected, interval.High - interval.Low, 0.08 * expected);
        Assert.Equal(scores.Average(), interval.Value, 12);
        Assert.InRange(interval.Value, interval.Low, interval.High);
    }

    /// <summary>Each score ten times in a row: a mean of 40 independent numbers, whose interval is √10 wider than 400 would have.</summary>
    [Fact]
    public void Interval_OfRepeatedScores_IsHonestOnlyWithBlocks()
    {
        double[] scores = [.. Gaussian(40, 2).SelectMany(score => Enumerable.Repeat(score, 10))];
        double Width(int block)
        {
            ConfidenceInterval interval = BlockBootstrap.Interval(scores, [0], (healthy, _) => Mean(healthy), block, replicates: 2000);
            return interval.High - interval.Low;
        }

        Assert.InRange(Width(40) / Width(1), 2.2, 4.2);
    }

    [Fact]
    public void Interval_WithTheSameSeed_IsTheSame()
    {
        double[] healthy = Gaussian(50, 3);
        double[] anomalous = [.. Gaussian(50, 4).Select(x => x + 1)];
        ConfidenceInterval Draw(int seed) => BlockBootstrap.Interval(healthy, anomalous, Discrimination.AreaUnderRoc, 5, replicates: 200, seed: seed);
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        Assert.InRange(Draw(1).Value, Draw(1).Low, Draw(1).High);
    }

    [Theory]
    [InlineData(0, 0.95, 10)]
    [InlineData(5, 1.0, 10)]
    [InlineData(5, double.NaN, 10)]
    [InlineData(5, 0.95, 0)]
    public void Interval_WithWrongSetting_IsRefused(int blockLength, double confidence, int replicates) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockBootstrap.Interval([1], [2], Discrimination.AreaUnderRoc, blockLength, confidence, replicates));

    private static double[] Gaussian(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
