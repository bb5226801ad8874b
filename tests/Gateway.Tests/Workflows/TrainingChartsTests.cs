using System.Globalization;
using Thrum.Gateway.Workflows;
using Thrum.Training.Evaluation;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Tests.Workflows;

public sealed class TrainingChartsTests
{
    [Fact]
    public void Scores_OfWindowsThatOverlap_HaveTheIntervalThatEvaluateGives()
    {
        const int overlap = 40;
        double[] healthy = Drifting(1, 0), faulty = Drifting(2, 0.5);
        var comparison = new ScoreComparison("mse", healthy, faulty, null) { Overlap = overlap };

        string roc = Assert.Single(TrainingCharts.Scores(comparison), chart => chart.Contains("ROC, area", StringComparison.Ordinal));

        string expected = Text(ScoreEvaluation.Of(healthy, faulty, null, overlap).Auroc);
        Assert.NotEqual(expected, Text(ScoreEvaluation.Of(healthy, faulty, null).Auroc));
        Assert.Contains(expected, roc, StringComparison.Ordinal);
    }

    private static string Text(ConfidenceInterval area) => string.Create(CultureInfo.InvariantCulture, $"area {area.Value:F3} ({area.Low:F3} to {area.High:F3})");

    /// <summary>Scores of which neighbours resemble each other.</summary>
    private static double[] Drifting(int seed, double mean)
    {
        var random = new Random(seed);
        double score = 0;
        return [.. Enumerable.Range(0, 300).Select(_ => mean + (score = (0.97 * score) + (0.2 * (random.NextDouble() - 0.5))))];
    }
}
