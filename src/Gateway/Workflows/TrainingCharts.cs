using System.Globalization;
using Thrum.Training.Evaluation;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Workflows;

/// <summary>The drawings of a training's page.</summary>
internal static class TrainingCharts
{
    private const int LeastBins = 12;
    private const int MostBins = 40;
    private const int CurvePoints = 200;
    private const int SmallWidth = 300;
    private const int SmallHeight = 190;

    // A range so wide is read better on a logarithmic axis.
    private const double WideRange = 10;

    /// <summary>The loss, the metrics that somebody chose, and the learning rate where it changed.</summary>
    public static IEnumerable<string> Epochs(TrainingStudy study)
    {
        TrainingCurves curves = study.Curves;
        foreach (MetricCurve curve in curves.Metrics.Prepend(curves.Loss).Where(curve => !study.ShownOnly.Contains(curve.Name)))
        {
            yield return Epochs(curves, curve, curves.TitleOf(curve), "training", "validation").Draw();
        }

        if (curves.Epochs.Select(epoch => epoch.LearningRate).Distinct().Count() > 1)
        {
            double[] epochs = [.. curves.Epochs.Select(epoch => (double)epoch.Epoch)];
            yield return new SvgChart("learning rate", "epoch", "", [new("", 0, epochs, [.. curves.Epochs.Select(epoch => epoch.LearningRate)])]) { IsWholeX = true }.Draw();
        }
    }

    /// <summary>The other metrics, small.</summary>
    public static IEnumerable<string> OtherEpochs(TrainingStudy study) => study.Curves.Metrics.Where(curve => study.ShownOnly.Contains(curve.Name))
        .Select(curve => (Epochs(study.Curves, curve, curve.Name, "", "") with { Width = SmallWidth, Height = SmallHeight, Mark = null }).Draw());

    private static SvgChart Epochs(TrainingCurves curves, MetricCurve curve, string title, string training, string validation)
    {
        double[] epochs = [.. curves.Epochs.Select(epoch => (double)epoch.Epoch)];
        double[] values = [.. curve.Train.Concat(curve.Validation).Where(double.IsFinite)];
        return new SvgChart(title, "epoch", "of normalised samples", [new(training, 0, epochs, curve.Train), new(validation, 1, epochs, curve.Validation)])
        {
            IsLogY = values.Length > 0 && values.Min() > 0 && values.Max() > WideRange * values.Min(),
            IsWholeX = true,
            Mark = (curves.Best + 1, "kept"),
        };
    }

    /// <summary>How the squared errors of the validation windows lie.</summary>
    public static string Errors(ReconstructionProbe probe) => Histogram("squared error of validation windows", "mean squared error, variances", [("", probe.Errors)], null);

    public static IEnumerable<string> Scores(ScoreComparison scores)
    {
        yield return Histogram($"distribution of {scores.Metric}", scores.Metric, scores.Faulty.Count == 0 ? [("healthy", scores.Healthy)] : [("healthy", scores.Healthy), ("faulty", scores.Faulty)], scores.Threshold);
        if (scores.Faulty.Count == 0)
        {
            yield break;
        }

        double[] healthy = [.. scores.Healthy], faulty = [.. scores.Faulty];
        IReadOnlyList<ThresholdPoint> points = ThresholdCurve.Of(healthy, faulty).Thinned(CurvePoints);
        ConfidenceInterval area = ScoreEvaluation.Of(healthy, faulty, null, scores.Overlap).Auroc;
        yield return new SvgChart(string.Create(CultureInfo.InvariantCulture, $"ROC, area {area.Value:F3} ({area.Low:F3} to {area.High:F3})"), "share of healthy windows above", "share of faulty windows above",
        [
            new("", 0, [0, .. points.Select(point => point.Counts.FalseAlarmRate)], [0, .. points.Select(point => point.Counts.Recall)]),
            new("chance", 2, [0, 1], [0, 1]) { IsDashed = true },
        ]).Draw();
        bool isWide = points[^1].Threshold > 0 && points[0].Threshold > WideRange * points[^1].Threshold;

        // A level between two scores does what the higher of them would.
        ThresholdPoint[] ascending = [.. points.Reverse()];
        double[] levels = [.. ascending.Take(1).Concat(ascending).Select(point => point.Threshold)];
        yield return new SvgChart("over the threshold", scores.Metric, "share",
        [
            ChartLine.OfSteps("F1", 0, levels, [.. ascending.Select(point => point.Counts.F1)]),
            ChartLine.OfSteps("false alarms", 1, levels, [.. ascending.Select(point => point.Counts.FalseAlarmRate)]),
            ChartLine.OfSteps("missed", 2, levels, [.. ascending.Select(point => point.Counts.MissedAlarmRate)]),
        ])
        { IsLogX = isWide, Range = (0, 1), Mark = scores.Threshold is { } level and > 0 ? (level, "default rule") : null }.Draw();
    }

    /// <summary>Shares per bin; bins are equal, on a logarithmic axis where the range is wide, and fewer where there are few values.</summary>
    private static string Histogram(string title, string label, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> groups, double? mark)
    {
        double[] all = [.. groups.SelectMany(group => group.Values).Where(double.IsFinite)];
        bool isWide = all.Min() > 0 && all.Max() > WideRange * all.Min();
        double Place(double value) => isWide ? Math.Log10(value) : value;
        int bins = Math.Clamp((int)(2 * Math.Sqrt(all.Length)), LeastBins, MostBins);
        double low = Place(all.Min()), width = Math.Max((Place(all.Max()) - low) / bins, 1e-12);
        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(bin => low + (bin * width)).Select(place => isWide ? Math.Pow(10, place) : place)];
        return new SvgChart(title, label, "share of windows", [.. groups.Select((group, i) => ChartLine.OfSteps(group.Name, i, edges, Shares(group.Values)) with { IsArea = true })])
        {
            IsLogX = isWide,
            Range = (0, 0),
            Mark = mark is { } level and > 0 ? (level, "default rule") : null,
        }.Draw();

        double[] Shares(IReadOnlyList<double> values)
        {
            double[] shares = new double[bins];
            foreach (double value in values.Where(double.IsFinite))
            {
                shares[Math.Clamp((int)((Place(value) - low) / width), 0, bins - 1)] += 1.0 / values.Count;
            }

            return shares;
        }
    }
}
