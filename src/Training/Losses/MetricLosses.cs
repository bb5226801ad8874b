using System.Globalization;
using Thrum.Detector.Metrics;
using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>The detector's metrics as losses; where a metric is flat at its clamp the loss keeps a slope, unless it is to tell what the metric is.</summary>
internal static class MetricLosses
{
    /// <summary>The term's value of each window, without its weight.</summary>
    /// <exception cref="FormatException">It needs a scale or a rate that is not there, or a bin that the window has not.</exception>
    public static Func<Graph, GraphValue, GraphValue, GraphValue> Of(MetricTerm term, LossContext context) => term.Kind switch
    {
        MetricKind.Mse => Mean(ElementLosses.Squared),
        MetricKind.Mae => Mean(ElementLosses.Absolute),
        MetricKind.Sad => (graph, y, r) => graph.Sum(ElementLosses.Absolute(graph, y, r), 1),
        MetricKind.Lmse => Logarithmic(Checked(context), context.IsMetric),
        MetricKind.LmseMax => Mean(ElementLosses.LogarithmicOfMaximum),
        MetricKind.Msle => Mean(ElementLosses.SquaredLogarithm),
        MetricKind.Relative => Mean(ElementLosses.Relative),
        MetricKind.Flipped => Flipped(term.Inner, term.Inner == MetricKind.Relative ? 1 : Checked(context), context.IsMetric),
        MetricKind.Exceedance => (graph, _, r) => graph.Sum(ElementLosses.Exceedance(graph, r, term.Exceedance!.Threshold, term.Exceedance.Squared), 1),
        MetricKind.Fft => Spectral(term.Bins!, context),
        _ => throw new FormatException($"{term.Kind} is no loss"),
    };

    private static Func<Graph, GraphValue, GraphValue, GraphValue> Mean(Func<Graph, GraphValue, GraphValue, GraphValue> perElement) =>
        (graph, y, r) => graph.Mean(perElement(graph, y, r), 1);

    private static Func<Graph, GraphValue, GraphValue, GraphValue> Logarithmic(double scale, bool isFlat) =>
        Mean((graph, y, r) => ElementLosses.Logarithmic(graph, y, r, scale, isFlat));

    private static Func<Graph, GraphValue, GraphValue, GraphValue> Flipped(MetricKind? inner, double scale, bool isFlat) => inner switch
    {
        MetricKind.Mae => Mean((graph, y, r) => ElementLosses.Flipped(graph, ElementLosses.Absolute(graph, y, r), scale, isFlat)),
        MetricKind.Msle => Mean((graph, y, r) => ElementLosses.Flipped(graph, ElementLosses.SquaredLogarithm(graph, y, r), Math.Pow(Math.Log(1 + scale), 2), isFlat)),
        MetricKind.Relative => Mean((graph, y, r) => ElementLosses.Flipped(graph, ElementLosses.Relative(graph, y, r), 1, isFlat)),
        _ => Logarithmic(scale, isFlat),
    };

    private static Func<Graph, GraphValue, GraphValue, GraphValue> Spectral(BinSelection selection, LossContext context)
    {
        // Without a rate every index still resolves; a frequency would not, and is refused by its unit below.
        int[] bins = selection.Resolve(context.WindowSamples, context.SampleRateHz);
        return Mean((graph, y, r) => SpectralLoss.Build(graph, y, r, bins));
    }

    /// <summary>The context's scale.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static double Checked(LossContext context) => context.Scale > 0 && double.IsFinite(context.Scale)
        ? context.Scale
        : throw new FormatException(string.Create(
            CultureInfo.InvariantCulture, $"LossScale is {context.Scale}, a positive number larger than the differences to measure is needed"));
}
