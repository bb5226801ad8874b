using Thrum.Gateway.Cli;
using Thrum.Gateway.Workflows;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What <c>thrum evaluate</c> prints for people.</summary>
public sealed class EvaluationTableTests
{
    [Theory]
    [InlineData(80, 3)]
    [InlineData(60, 5)]
    [InlineData(1000, 1)]
    public void Text_FiveMetrics_BreaksNoFigureAndNoName(int width, int tables)
    {
        string[] lines = Written(width, "mse", "lmse", "mae", "sad", "lmse-max");

        Assert.Equal(tables, lines.Count(line => line.Contains("AUROC (95 %)", StringComparison.Ordinal)));
        Assert.Equal(tables, lines.Count(line => line.Contains("in alarm before the onset", StringComparison.Ordinal)));
        Assert.Equal(5, lines.Where(line => line.Contains("AUROC (95 %)", StringComparison.Ordinal)).Sum(line => line.Split("1.000 (0.738 to 1.000)").Length - 1));
        Assert.All(lines.Where(line => line.StartsWith('│')), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void Text_AMetric_SaysWhereItsThresholdComesFromBelow()
    {
        string[] lines = Written(80, "mse");

        Assert.Equal("mse: threshold from 6 sigma", lines[^1]);
        Assert.Contains(lines, line => line.Contains("healthy time in alarm", StringComparison.Ordinal) && line.Contains("2.5 % of 40 s", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("events found (95 %)", StringComparison.Ordinal) && line.Contains("1 of 2 (9 to 91 %)", StringComparison.Ordinal));
    }

    private static string[] Written(int width, params string[] metrics) =>
        EvaluationTable.Text(metrics.ToDictionary(metric => metric, _ => Evaluated()), width).TrimEnd().Split('\n', StringSplitOptions.TrimEntries);

    /// <summary>119 healthy windows below the threshold and as many faulty ones above it.</summary>
    private static MetricEvaluation Evaluated()
    {
        double[] healthy = [.. Enumerable.Range(0, 119).Select(i => (double)i)], faulty = [.. healthy.Select(score => score + 1000)];
        var events = new EventScores([0.5, null], 0) { AlreadyRaised = 1 };
        var curve = ThresholdCurve.Of(healthy, faulty);
        return new MetricEvaluation(500, "6 sigma")
        {
            Figures = ScoreEvaluation.Of(healthy, faulty, 500),
            Events = new EventEvaluation(events, EventIntervals.Of(events), new TimeInAlarm(0.025, 1 / 3600.0, 40 / 3600.0)),
            BestF1 = curve.BestF1,
            BestBalanced = curve.BestBalanced,
            Curve = [],
        };
    }
}
