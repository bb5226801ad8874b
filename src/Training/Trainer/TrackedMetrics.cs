using Thrum.Detector.Metrics;

namespace Thrum.Training.Trainer;

/// <summary>
/// The metrics that a training follows, each told by whoever can: those of the detector by its own code, so that a curve ends at the number by which the model will be judged, and
/// spectra cost a transform a window; what no detector measures, such as <c>log-cosh</c>, by the graph. They decide nothing, so they leave the training as it is. Immutable.
/// </summary>
internal sealed class TrackedMetrics
{
    private readonly TrainingOptions _options;
    private readonly int _axisSamples;
    private readonly MetricExpression?[] _metrics;

    /// <param name="options">Without faults.</param>
    /// <param name="windowSamples">Samples of a window, all axes.</param>
    public TrackedMetrics(TrainingOptions options, int windowSamples)
    {
        _options = options;
        _axisSamples = windowSamples / options.Axes;
        _metrics = [.. options.Track.Select(Scored)];
        InGraph = [.. options.Track.Where((_, i) => _metrics[i] is null)];
    }

    /// <summary>Those that the graph must tell, in order.</summary>
    public IReadOnlyList<string> InGraph { get; }

    /// <summary>The others for an evaluation of its own, as it has scratch memory; null for none.</summary>
    public MetricSet? NewSet()
    {
        MetricExpression[] scored = [.. _metrics.OfType<MetricExpression>()];

        // Without a rate bins are given by index, for which any will do.
        double rate = _options.SampleRateHz > 0 ? _options.SampleRateHz : _axisSamples;
        return scored.Length == 0 ? null : MetricSet.Compile(scored, _axisSamples, rate, _options.LossScale, axes: _options.Axes);
    }

    /// <summary>Where an evaluation has each of them, in the order of <see cref="TrainingOptions.Track"/>.</summary>
    /// <param name="firstInGraph">Place of the first of <see cref="InGraph"/>; the others follow it.</param>
    /// <param name="firstInSet">Place of the first of <see cref="NewSet"/>.</param>
    public int[] Places(int firstInGraph, int firstInSet) => [.. _metrics.Select(metric => metric is null ? firstInGraph++ : firstInSet++)];

    private static MetricExpression? Scored(string text)
    {
        try
        {
            return MetricExpression.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
