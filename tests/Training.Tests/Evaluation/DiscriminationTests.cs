using System.Text.Json;
using Thrum.Training.Evaluation;

namespace Thrum.Training.Tests.Evaluation;

public sealed class DiscriminationTests
{
    [Fact]
    public void Measures_AgreeWithSciPy()
    {
        foreach (JsonElement entry in References.Read("discrimination.json").EnumerateArray())
        {
            double[] healthy = entry.GetProperty("healthy").Doubles();
            double[] anomalous = entry.GetProperty("anomalous").Doubles();
            var counts = ConfusionCounts.At(healthy, anomalous, entry.GetProperty("threshold").GetDouble());
            Assert.Equal(entry.GetProperty("auroc").GetDouble(), Discrimination.AreaUnderRoc(healthy, anomalous), 14);
            Assert.Equal(entry.GetProperty("averagePrecision").GetDouble(), Discrimination.AveragePrecision(healthy, anomalous), 14);
            Assert.Equal(entry.GetProperty("falseAlarmRate").GetDouble(), counts.FalseAlarmRate, 14);
            Assert.Equal(entry.GetProperty("detectionRate").GetDouble(), counts.Recall, 14);
        }
    }

    [Fact]
    public void AreaUnderRoc_OfExtremes()
    {
        Assert.Equal(1, Discrimination.AreaUnderRoc([1, 2], [3, double.PositiveInfinity]));
        Assert.Equal(0, Discrimination.AreaUnderRoc([3, 4], [1, 2]));
        Assert.Equal(0.5, Discrimination.AreaUnderRoc([1, 1], [1]));
        Assert.Equal(0.5, Discrimination.AveragePrecision([1], [1]));
        Assert.Equal(1, Discrimination.AveragePrecision([1, 2], [3]));
        Assert.Equal(1, Discrimination.AveragePrecision([0], [.. Enumerable.Range(1, 1427).Select(score => (double)score)]));
    }

    [Fact]
    public void Measures_OfNothingOrNaN_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Discrimination.AreaUnderRoc([], [1]));
        Assert.Throws<ArgumentException>(() => Discrimination.AveragePrecision([1], []));
        Assert.Throws<ArgumentException>(() => Discrimination.AreaUnderRoc([double.NaN], [1]));
    }
}
