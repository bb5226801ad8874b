using System.Text.Json;
using Thrum.Training.Evaluation;

namespace Thrum.Training.Tests.Evaluation;

public sealed class ThresholdCurveTests
{
    [Fact]
    public void Curve_AgreesWithNumPyAtEveryThreshold()
    {
        foreach (JsonElement entry in References.Read("evaluation.json").GetProperty("scores").EnumerateArray())
        {
            double[] healthy = entry.GetProperty("healthy").Doubles(), anomalous = entry.GetProperty("anomalous").Doubles();
            ThresholdCurve curve = ThresholdCurve.Of(healthy, anomalous);
            JsonElement[] expected = [.. entry.GetProperty("curve").EnumerateArray()];
            Assert.Equal(expected.Length, curve.Points.Count);
            foreach ((JsonElement wanted, ThresholdPoint point) in expected.Zip(curve.Points))
            {
                Assert.Equal(wanted.GetProperty("threshold").GetDouble(), point.Threshold);
                Assert.Equal(point.Counts, ConfusionCounts.At(healthy, anomalous, point.Threshold));
                AssertRates(wanted, point.Counts);
            }

            Assert.Equal(entry.GetProperty("bestF1").GetDouble(), curve.BestF1.Counts.F1, 12);
            Assert.Equal(entry.GetProperty("bestBalanced").GetDouble(), curve.BestBalanced.Counts.BalancedAccuracy, 12);
            ScoreEvaluation all = ScoreEvaluation.Of(healthy, anomalous, curve.BestF1.Threshold, replicates: 50);
            Assert.Equal(entry.GetProperty("auroc").GetDouble(), all.Auroc.Value, 12);
            Assert.Equal(entry.GetProperty("auprc").GetDouble(), all.Auprc.Value, 12);
            Assert.Equal(curve.BestF1.Counts.F1, all.F1!.Value.Value);
            Assert.InRange(all.F1.Value.Value, all.F1.Value.Low, all.F1.Value.High);
        }
    }

    [Fact]
    public void Thinned_KeepsEndsAndBest()
    {
        double[] healthy = [.. Enumerable.Range(0, 300).Select(i => i * 1.0)], anomalous = [.. Enumerable.Range(0, 300).Select(i => (i * 1.0) + 100.5)];
        ThresholdCurve curve = ThresholdCurve.Of(healthy, anomalous);
        IReadOnlyList<ThresholdPoint> few = curve.Thinned(20);
        Assert.InRange(few.Count, 18, 20);
        Assert.Equal(curve.Points[0], few[0]);
        Assert.Equal(curve.Points[^1], few[^1]);
        Assert.Contains(curve.BestF1, few);
        Assert.Contains(curve.BestBalanced, few);
        Assert.Same(curve.Points, curve.Thinned(600));
        Assert.InRange(curve.Thinned(4).Count, 2, 4);
        Assert.Contains(curve.BestF1, curve.Thinned(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Thinned(3));
    }

    [Fact]
    public void BalancedRates_DoNotMoveWithTheShareOfAnomalies()
    {
        var few = new ConfusionCounts(8, 10, 2, 90);
        var many = new ConfusionCounts(800, 10, 200, 90);
        Assert.NotEqual(few.F1, many.F1, 2);
        Assert.Equal(few.BalancedF1, many.BalancedF1, 12);
        Assert.Equal(0.85, few.BalancedAccuracy, 12);
    }

    [Fact]
    public void Evaluation_WithoutThreshold_HasNoRatesButAreas()
    {
        ScoreEvaluation all = ScoreEvaluation.Of([1, 2, 3], [3, 4], null, leastBlock: 2, replicates: 10);
        Assert.Null(all.F1);
        Assert.Null(all.BalancedAccuracy);
        Assert.Equal(2, all.BlockLength);
        Assert.Equal(5.5 / 6, all.Auroc.Value, 12);
    }

    /// <summary>One pass over the resamples gives every figure, bit by bit, what a pass of its own would.</summary>
    [Fact]
    public void Evaluation_OfAllFigures_HasTheIntervalOfEachByItself()
    {
        JsonElement entry = References.Read("evaluation.json").GetProperty("scores")[0];
        double[] healthy = entry.GetProperty("healthy").Doubles(), anomalous = entry.GetProperty("anomalous").Doubles();
        const double level = 0.8;

        ScoreEvaluation all = ScoreEvaluation.Of(healthy, anomalous, level, leastBlock: 3, replicates: 100);

        ConfidenceInterval Own(ScoreStatistic statistic) => BlockBootstrap.Interval(healthy, anomalous, statistic, all.BlockLength, replicates: 100);
        ConfidenceInterval At(Func<ConfusionCounts, double> rate) => Own((h, a) => rate(ConfusionCounts.At(h, a, level)));
        Assert.Equal([Own(Discrimination.AreaUnderRoc), Own(Discrimination.AveragePrecision)], [all.Auroc, all.Auprc]);
        Assert.Equal<ConfidenceInterval?>(
            [At(c => c.F1), At(c => c.Precision), At(c => c.Recall), At(c => c.FalseAlarmRate), At(c => c.MissedAlarmRate), At(c => c.BalancedAccuracy), At(c => c.BalancedF1)],
            [all.F1, all.Precision, all.Recall, all.FalseAlarmRate, all.MissedAlarmRate, all.BalancedAccuracy, all.BalancedF1]);
    }

    private static void AssertRates(JsonElement wanted, ConfusionCounts counts)
    {
        Assert.Equal(wanted.GetProperty("f1").GetDouble(), counts.F1, 12);
        Assert.Equal(wanted.GetProperty("precision").GetDouble(), counts.Precision, 12);
        Assert.Equal(wanted.GetProperty("recall").GetDouble(), counts.Recall, 12);
        Assert.Equal(wanted.GetProperty("falseAlarmRate").GetDouble(), counts.FalseAlarmRate, 12);
        Assert.Equal(wanted.GetProperty("missedAlarmRate").GetDouble(), counts.MissedAlarmRate, 12);
        Assert.Equal(wanted.GetProperty("balancedAccuracy").GetDouble(), counts.BalancedAccuracy, 12);
        Assert.Equal(wanted.GetProperty("balancedF1").GetDouble(), counts.BalancedF1, 12);
    }
}
