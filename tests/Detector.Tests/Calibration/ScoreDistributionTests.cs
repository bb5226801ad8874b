using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class ScoreDistributionTests
{
    /// <summary>Few distinct values, so that ties are common.</summary>
    private static readonly Gen<float> Score = Gen.Choose(0, 60).Select(x => x / 7f);

    private static readonly Arbitrary<(float[] Healthy, float Score)> Small = (
        from count in Gen.Choose(1, 513)
        from healthy in Score.ArrayOf(count)
        from score in Score
        select (healthy, score)).ToArbitrary();

    [Fact]
    public void PValue_WhileAllScoresAreKept_EqualsThePlainCount() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Small, input =>
        {
            double plain = (1.0 + input.Healthy.Count(healthy => healthy >= input.Score)) / (input.Healthy.Length + 1);

            Assert.Equal(plain, ScoreDistribution.FromScores(input.Healthy).PValue(input.Score), 1e-6);
        }));

    [Fact]
    public void PValue_BeyondTheKeptScores_IsWithinOneQuantileStep()
    {
        var random = new Random(5);
        float[] healthy = [.. Enumerable.Range(0, 100_000).Select(_ => (float)Math.Exp(random.NextDouble()))];
        var distribution = ScoreDistribution.FromScores(healthy);
        Assert.Equal(513, distribution.Quantiles.Length);
        for (float score = 0.9f; score < 2.9f; score += 0.01f)
        {
            double plain = (1.0 + healthy.Count(value => value >= score)) / (healthy.Length + 1);

            Assert.Equal(plain, distribution.PValue(score), 1.0 / 512);
        }
    }

    [Fact]
    public void PValue_HigherScore_IsNeverMoreLikely() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Small, Score.ToArbitrary(), (input, other) =>
        {
            var distribution = ScoreDistribution.FromScores(input.Healthy);
            (float low, float high) = input.Score <= other ? (input.Score, other) : (other, input.Score);

            Assert.True(distribution.PValue(high) <= distribution.PValue(low));
            Assert.InRange(distribution.PValue(high), float.Epsilon, 1f);
        }));

    [Fact]
    public void PValue_AtTheEnds_IsOneAndOneOverNPlusOne()
    {
        var distribution = ScoreDistribution.FromScores([1, 2, 3]);

        Assert.Equal(1f, distribution.PValue(1));
        Assert.Equal(0.25f, distribution.PValue(3.001f));
        Assert.Equal(0.25f, distribution.PValue(float.PositiveInfinity));
    }

    [Fact]
    public void FromScores_KnownLogarithms_GivesTheirMeanDeviationAndLevels()
    {
        var distribution = ScoreDistribution.FromScores([(float)Math.Exp(-3), (float)Math.Exp(-1)]);

        Assert.Equal(-2, distribution.LogMean, 1e-6);
        Assert.Equal(1, distribution.LogStd, 1e-6);
        Assert.Equal(Math.Exp(4), distribution.SigmaLevel(6), 1e-3);
    }

    [Fact]
    public void FromScores_LeastAndGreatest_AreKept()
    {
        float[] scores = [.. Enumerable.Range(0, 5000).Select(i => (float)((i * 7919) % 5000))];

        float[] quantiles = ScoreDistribution.FromScores(scores).Quantiles;

        Assert.Equal((0f, 4999f), (quantiles[0], quantiles[^1]));
        Assert.Equal(quantiles.Order(), quantiles);
    }

    [Fact]
    public void FromScores_ScoreOfZero_HasFiniteLogarithm() => Assert.True(double.IsFinite(ScoreDistribution.FromScores([0, 1]).LogMean));

    [Theory]
    [InlineData(new float[0])]
    [InlineData(new[] { 1, float.NaN })]
    [InlineData(new[] { float.PositiveInfinity })]
    public void FromScores_NoneOrNotFinite_IsRefused(float[] scores) =>
        Assert.Throws<ArgumentException>(() => ScoreDistribution.FromScores(scores));

    /// <summary>Everything that shows a median shows the same one.</summary>
    [Fact]
    public void Median_EvenNumberOfScores_LiesBetweenTheTwoInTheMiddle()
    {
        ScoreDistribution scores = ScoreDistribution.FromScores([1, 2, 4, 9]);

        Assert.Equal(3, scores.Median);
        Assert.Equal(3, Drift.Of("mse", scores, scores).Before.Median);
        Assert.Equal([0, 0.25, 0.75, 1], new[] { 0.5f, 1, 4, 9 }.Select(scores.ShareUpTo));
    }
}
