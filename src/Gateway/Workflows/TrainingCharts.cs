using System.Globalization;
using Thrum.Spectral.Transforms;
using Thrum.Training.Evaluation;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Workflows;

/// <summary>The drawings of a training's page.</summary>
internal static class TrainingCharts
{
    private const int Bins = 40;
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
            yield return Epochs(curves, curve, curve == curves.Loss ? $"{curve.Name} (loss)" : curve.Name, "training", "validation").Draw();
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

    public static IEnumerable<string> Reconstructions(ReconstructionProbe probe)
    {
        int[] order = [.. Enumerable.Range(0, probe.Errors.Count).OrderBy(i => probe.Errors[i])];
        (string Name, int Index)[] shown = [("least", order[0]), ("median", order[order.Length / 2]), ("largest", order[^1])];
        double[] samples = [.. Enumerable.Range(0, probe.Windows.WindowSamples).Select(i => (double)i)];
        return shown.Select(window => new SvgChart(
            string.Create(CultureInfo.InvariantCulture, $"{window.Name} error, {probe.Errors[window.Index]:G3}"),
            "sample",
            "standard deviations",
            [new("window", 0, samples, Doubles(probe.Windows[window.Index])), new("reconstruction", 1, samples, Doubles(probe.Reconstructions[window.Index]))])
        { IsWholeX = true }.Draw());
    }

    public static IEnumerable<string> Spectra(TrainingStudy study)
    {
        ReconstructionProbe probe = study.Probe;
        int length = probe.Windows.WindowSamples / study.Axes;
        float[] difference = new float[probe.Windows.Values.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = probe.Windows.Values[i] - probe.Reconstructions.Values[i];
        }

        double rate = study.Model.Options.SampleRateHz, step = (rate > 0 ? rate : length) / length;
        double[] frequencies = [.. Enumerable.Range(0, (length / 2) + 1).Select(k => k * step)];
        yield return new SvgChart("amplitude", rate > 0 ? "frequency, Hz" : "bin", "standard deviations",
        [
            new("window", 0, frequencies, Spectrum(probe.Windows.Values, length)),
            new("reconstruction", 1, frequencies, Spectrum(probe.Reconstructions.Values, length)),
            new("error", 2, frequencies, Spectrum(difference, length)) { IsDashed = true },
        ])
        { IsLogY = true }.Draw();
        yield return Histogram("squared error of validation windows", "mean squared error, variances", [("", probe.Errors)], null);
    }

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
        ThresholdPoint[] ascending = [.. points.Reverse()];
        double[] levels = [.. ascending.Select(point => point.Threshold)];
        yield return new SvgChart("over the threshold", scores.Metric, "share",
        [
            new("F1", 0, levels, [.. ascending.Select(point => point.Counts.F1)]),
            new("false alarms", 1, levels, [.. ascending.Select(point => point.Counts.FalseAlarmRate)]),
            new("missed", 2, levels, [.. ascending.Select(point => point.Counts.MissedAlarmRate)]),
        ])
        { IsLogX = isWide, Range = (0, 1), Mark = scores.Threshold is { } level and > 0 ? (level, "default rule") : null }.Draw();
    }

    /// <summary>Shares per bin; bins are equal, on a logarithmic axis where the range is wide.</summary>
    private static string Histogram(string title, string label, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> groups, double? mark)
    {
        double[] all = [.. groups.SelectMany(group => group.Values).Where(double.IsFinite)];
        bool isWide = all.Min() > 0 && all.Max() > WideRange * all.Min();
        double Place(double value) => isWide ? Math.Log10(value) : value;
        double low = Place(all.Min()), width = Math.Max((Place(all.Max()) - low) / Bins, 1e-12);
        double[] centres = [.. Enumerable.Range(0, Bins).Select(bin => low + ((bin + 0.5) * width)).Select(place => isWide ? Math.Pow(10, place) : place)];
        return new SvgChart(title, label, "share of windows", [.. groups.Select((group, i) => new ChartLine(group.Name, i, centres, Shares(group.Values)) { IsArea = true })])
        {
            IsLogX = isWide,
            Range = (0, 0),
            Mark = mark is { } level and > 0 ? (level, "default rule") : null,
        }.Draw();

        double[] Shares(IReadOnlyList<double> values)
        {
            double[] shares = new double[Bins];
            foreach (double value in values.Where(double.IsFinite))
            {
                shares[Math.Clamp((int)((Place(value) - low) / width), 0, Bins - 1)] += 1.0 / values.Count;
            }

            return shares;
        }
    }

    /// <summary>Root mean square over stretches of single-sided amplitudes.</summary>
    private static double[] Spectrum(ReadOnlySpan<float> values, int length)
    {
        RealFft fft = RealFft.Get(length);
        float[] real = new float[fft.SpectrumLength], imaginary = new float[fft.SpectrumLength], scratch = new float[fft.ScratchLength];
        double[] power = new double[fft.SpectrumLength];
        int count = values.Length / length;
        for (int start = 0; start + length <= values.Length; start += length)
        {
            fft.Forward(values.Slice(start, length), real, imaginary, scratch);
            for (int k = 0; k < power.Length; k++)
            {
                power[k] += (((double)real[k] * real[k]) + ((double)imaginary[k] * imaginary[k])) / count;
            }
        }

        return [.. power.Select((value, k) => (k == 0 || 2 * k == length ? 1.0 : 2.0) / length * Math.Sqrt(value))];
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }
}
