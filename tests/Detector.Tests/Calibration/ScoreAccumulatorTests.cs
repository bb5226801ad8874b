using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class ScoreAccumulatorTests
{
    [Fact]
    public void ToDistribution_AsManyAsAreKept_IsThatOfAllScores()
    {
        float[] scores = Lognormal(ScoreAccumulator.MostExact, 1);

        ScoreDistribution kept = Of(scores, new ScoreAccumulator()), whole = ScoreDistribution.FromScores(scores);

        Assert.Equal(whole.Quantiles, kept.Quantiles);
        Assert.Equal((whole.Windows, whole.Tail, whole.LogMean, whole.LogStd), (kept.Windows, kept.Tail, kept.LogMean, kept.LogStd));
    }

    [Fact]
    public void ToDistribution_OneMore_KeepsExtremesMomentsAndTail()
    {
        float[] scores = Lognormal(ScoreAccumulator.MostExact + 1, 2);
        var accumulator = new ScoreAccumulator();

        ScoreDistribution sketched = Of(scores, accumulator), whole = ScoreDistribution.FromScores(scores);

        Assert.Equal((whole.Windows, whole.Tail, whole.Quantiles[0], whole.Quantiles[^1]), (sketched.Windows, sketched.Tail, sketched.Quantiles[0], sketched.Quantiles[^1]));
        Assert.Equal(whole.LogMean, sketched.LogMean, 1e-9);
        Assert.Equal(whole.LogStd, sketched.LogStd, 1e-9);
        Assert.InRange(accumulator.MostRankError, 1e-9, 0.001);
    }

    /// <summary>Any stream in any order, with ties: every rank within the stated error of the exact one.</summary>
    [Fact]
    public void At_AnyStream_IsWithinTheStatedRankError() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
            (from count in Gen.Choose(1, 20_000)
             from half in Gen.Choose(4, 64)
             from seed in Gen.Choose(0, int.MaxValue)
             from order in Gen.Choose(0, 2)
             from levels in Gen.Elements(3, 100, 1_000_000)
             select (count, 2 * half, seed, order, levels)).ToArbitrary(),
            entry =>
            {
                (int count, int capacity, int seed, int order, int levels) = entry;
                var random = new Random(seed);
                float[] values = [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(levels))];
                float[] sorted = [.. values.Order()];
                values = order switch { 1 => sorted, 2 => [.. sorted.Reverse()], _ => values };
                var sketch = new QuantileSketch(capacity);
                Array.ForEach(values, sketch.Add);
                long[] ranks = [.. Enumerable.Range(0, Math.Min(100, count)).Select(i => (long)i * count / Math.Min(100, count))];

                float[] found = sketch.At(ranks);

                Assert.Equal(count, sketch.Count);
                Assert.True(sketch.MostRankError <= Math.Max(0, Math.Ceiling(Math.Log2((double)count / capacity)) + 1) * count / capacity);
                for (int i = 0; i < ranks.Length; i++)
                {
                    // A value that stands at several ranks may be found for any of them.
                    int first = Array.FindIndex(sorted, value => value == found[i]), last = Array.FindLastIndex(sorted, value => value == found[i]);
                    Assert.InRange(ranks[i], first - sketch.MostRankError, last + sketch.MostRankError);
                }
            }));

    [Fact]
    public void Add_NoFiniteScore_Throws() => Assert.Throws<ArgumentException>(() => new ScoreAccumulator().Add(float.NaN));

    [Fact]
    public void ToDistribution_NoScore_Throws() => Assert.Throws<ArgumentException>(() => new ScoreAccumulator().ToDistribution());

    private static ScoreDistribution Of(float[] scores, ScoreAccumulator accumulator)
    {
        Array.ForEach(scores, accumulator.Add);
        return accumulator.ToDistribution();
    }

    private static float[] Lognormal(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)Math.Exp(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
