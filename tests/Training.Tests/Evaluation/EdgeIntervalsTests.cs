using Thrum.Training.Evaluation;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Evaluation;

/// <summary>Intervals of figures at 0 and 1, where the bootstrap has no width, and near them.</summary>
public sealed class EdgeIntervalsTests
{
    private const double Z = 1.959964;

    /// <summary>At a share of 0 of n Wilson's interval ends at z²/(n + z²); 119 windows in blocks of 11 are worth 10.8.</summary>
    [Fact]
    public void Of_GroupsThatAreApart_IsWilsonsBoundOnTheEffectiveNumber()
    {
        var figures = ScoreEvaluation.Of(Rising(119, 0), Rising(1427, 1000), 500);
        double healthy = Z * Z / ((119 / 11.0) + (Z * Z)), faulty = Z * Z / ((1427 / 11.0) + (Z * Z)), all = faulty / (2 - faulty);

        Assert.Equal(11, figures.BlockLength);
        AssertInterval(0, 0, healthy, figures.FalseAlarmRate);
        AssertInterval(1, 1 - faulty, 1, figures.Recall);
        AssertInterval(0, 0, faulty, figures.MissedAlarmRate);
        AssertInterval(1, 1 - faulty, 1, figures.Precision);
        AssertInterval(1, 1 - all, 1, figures.F1);
        AssertInterval(1, 1 - healthy, 1, figures.Auroc);
        AssertInterval(1, 1 - healthy, 1, figures.Auprc);
        AssertInterval(1, 1 - (Math.Sqrt((healthy * healthy) + (faulty * faulty)) / 2), 1, figures.BalancedAccuracy);
        Assert.InRange(figures.BalancedF1!.Value.Low, 0.8, 0.9);
    }

    /// <summary>The other way about, and with a threshold that no window reaches, of whose precision nothing is known.</summary>
    [Fact]
    public void Of_GroupsTheWrongWayAbout_HasWidthsToo()
    {
        var figures = ScoreEvaluation.Of(Rising(100, 1000), Rising(100, 0), 500);
        double bound = Z * Z / (10 + (Z * Z));
        AssertInterval(0, 0, bound, figures.Auroc);
        AssertInterval(0, 0, bound, figures.Recall);
        AssertInterval(0, 0, bound, figures.Precision);
        AssertInterval(0, 0, bound, figures.BalancedF1 is { } balanced ? balanced with { High = bound } : null);
        Assert.InRange(figures.BalancedF1!.Value.High, 0.05, 0.9);
        AssertInterval(0, 0, 1, ScoreEvaluation.Of(Rising(100, 0), Rising(100, 0), 500).Precision);
    }

    /// <summary>Away from the edges nothing is changed.</summary>
    [Fact]
    public void Of_GroupsThatOverlap_IsTheBootstrap()
    {
        double[] healthy = Rising(100, 0), faulty = Rising(100, 50);
        var figures = ScoreEvaluation.Of(healthy, faulty, 75);
        Assert.Equal(BlockBootstrap.Interval(healthy, faulty, Discrimination.AreaUnderRoc, 10, replicates: 400), figures.Auroc);
        Assert.Equal(BlockBootstrap.Interval(healthy, faulty, (h, a) => ConfusionCounts.At(h, a, 75).FalseAlarmRate, 10, replicates: 400), figures.FalseAlarmRate);
        Assert.Equal(BlockBootstrap.Interval(healthy, faulty, (h, a) => ConfusionCounts.At(h, a, 75).BalancedF1, 10, replicates: 400), figures.BalancedF1);
    }

    /// <summary>
    /// Stretches of ten equal windows, of which each is a false alarm with a small probability: the bootstrap alone holds the true rate only when one occurred at all.
    /// </summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.05)]
    [InlineData(0.1)]
    public void FalseAlarmRate_OfRareStretches_HoldsTheTruthAsOftenAsItSays(double rate)
    {
        const int runs = 300;
        int held = 0, plain = 0;
        for (int run = 0; run < runs; run++)
        {
            var random = new SeededRandom((ulong)run);
            double[] healthy = [.. Enumerable.Range(0, 10).SelectMany(_ => Enumerable.Repeat(random.NextSingle() < rate ? 1.0 : 0, 10))];
            held += Holds(ScoreEvaluation.Of(healthy, [2, 2], 0.5, leastBlock: 10, replicates: 60).FalseAlarmRate!.Value, rate);
            plain += Holds(BlockBootstrap.Interval(healthy, [2], (h, _) => h.ToArray().Average(), 10, replicates: 60), rate);
        }

        Assert.InRange(held / (double)runs, 0.92, 1);
        Assert.InRange(plain / (double)runs, 0, 0.8);
    }

    /// <summary>Gaussian scores 2.8 deviations apart have an area of Φ(2.8/√2) = 0.9761; of 15 windows in each group it is 1 as a rule of thumb one time in four.</summary>
    [Fact]
    public void Auroc_OfFewWindowsFarApart_HoldsTheTruthAsOftenAsItSays()
    {
        const int runs = 300;
        int held = 0, plain = 0, perfect = 0;
        for (int run = 0; run < runs; run++)
        {
            var random = new SeededRandom((ulong)run);
            double[] healthy = [.. Enumerable.Range(0, 15).Select(_ => random.NextGaussian())], faulty = [.. Enumerable.Range(0, 15).Select(_ => random.NextGaussian() + 2.8)];
            ConfidenceInterval area = ScoreEvaluation.Of(healthy, faulty, null, replicates: 100).Auroc;
            perfect += area.Value == 1 ? 1 : 0;
            held += Holds(area, 0.97613);
            plain += Holds(BlockBootstrap.Interval(healthy, faulty, Discrimination.AreaUnderRoc, 4, replicates: 100), 0.97613);
        }

        Assert.InRange(perfect, 40, 200);
        Assert.InRange(held / (double)runs, 0.95, 1);
        Assert.InRange(plain / (double)runs, 0, 0.85);
    }

    /// <summary>A hundred healthy windows for each faulty one, and one healthy stretch in a hundred above all faulty ones: in one run of seven none is seen, and the average precision is 1 then.</summary>
    [Fact]
    public void Auprc_OfRareStretchesAboveAll_HoldsTheTruthAsOftenAsItSays()
    {
        const int runs = 200, faultyWindows = 20, stretches = 200, expectedOnTop = 20;
        double truth = Enumerable.Range(1, faultyWindows).Average(k => (double)k / (k + expectedOnTop));
        int held = 0, perfect = 0;
        for (int run = 0; run < runs; run++)
        {
            var random = new SeededRandom((ulong)run);
            double[] healthy = [.. Enumerable.Range(0, stretches).SelectMany(_ => Enumerable.Repeat(random.NextSingle() < 0.01 ? 2.0 : 0, 10))];
            ConfidenceInterval precision = ScoreEvaluation.Of(healthy, [.. Enumerable.Repeat(1.0, faultyWindows)], null, leastBlock: 10, replicates: 60).Auprc;
            perfect += precision.Value == 1 ? 1 : 0;
            held += Holds(precision, truth);
        }

        Assert.InRange(perfect, 10, 60);
        Assert.InRange(held / (double)runs, 0.92, 1);
    }

    private static int Holds(ConfidenceInterval interval, double truth) => interval.Low <= truth && truth <= interval.High ? 1 : 0;

    private static double[] Rising(int count, double from) => [.. Enumerable.Range(0, count).Select(i => from + i)];

    private static void AssertInterval(double value, double low, double high, ConfidenceInterval? found)
    {
        Assert.Equal(value, found!.Value.Value, 12);
        Assert.Equal(low, found.Value.Low, 9);
        Assert.Equal(high, found.Value.High, 9);
    }
}
