using Thrum.Detector.Metrics;

namespace Thrum.Training.Trainer;

/// <summary>
/// The metrics that a training follows, and of several axes the one that it stops on, each told by whoever can: those of the detector by its own code, so that a curve ends at the number by which the model will be judged, and
/// spectra cost a transform a window; what no detector measures, such as <c>log-cosh</c>, by the graph. Those that are only followed decide nothing, so they leave the training as it is. Immutable.
/// </summary>
internal sealed class TrackedMetrics
{
    private readonly TrainingOptions _options;
    private readonly int _axisSamples;
    private readonly MetricExpression?[] _metrics;
    private readonly MetricExpression? _stop;

    /// <param name="options">Without faults.</param>
    /// <param name="windowSamples">Samples of a window, all axes.</param>
    public TrackedMetrics(TrainingOptions options, int windowSamples)
    {
        _options = options;
        _axisSamples = windowSamples / options.Axes;
        _metrics = [.. options.Track.Select(Scored)];
        _stop = options.Axes > 1 ? Scored(options.StopOn) : null;
        InGraph = [.. options.Track.Where((_, i) => _metrics[i] is null)];
    }

    /// <summary>Those that the graph must tell, in order.</summary>
    public IReadOnlyList<string> InGraph { get; }

    /// <summary>Whether what decides when to stop is among <see cref="NewSet"/>: the graph sees several axes as one window, which has other spectral lines and another largest error than each of them.</summary>
    public bool TellsStop => _stop is not null;

    /// <summary>The others for an evaluation of its own, as it has scratch memory; null for none.</summary>
    public MetricSet? NewSet()
    {
        MetricExpression[] scored = [.. _metrics.Append(_stop).OfType<MetricExpression>()];

        // Without a rate bins are given by index, for which any will do.
        double rate = _options.SampleRateHz > 0 ? _options.SampleRateHz : _axisSamples;
        return scored.Length == 0 ? null : MetricSet.Compile(scored, _axisSamples, rate, _options.LossScale, axes: _options.Axes);
    }

    /// <summary>Where an evaluation has each of them, in the order of <see cref="TrainingOptions.Track"/>.</summary>
    /// <param name="firstInGraph">Place of the first of <see cref="InGraph"/>; the others follow it.</param>
    /// <param name="firstInSet">Place of the first of <see cref="NewSet"/>.</param>
    public int[] Places(int firstInGraph, int firstInSet) => [.. _metrics.Select(metric => metric is null ? firstInGraph++ : firstInSet++)];

    /// <summary>Where an evaluation has what decides when to stop, if it is of these.</summary>
    /// <param name="firstInSet">As of <see cref="Places"/>.</param>
    public int StopPlace(int firstInSet) => firstInSet + _metrics.Count(metric => metric is not null);

    /// <summary>The text as a metric of the detector; null for none.</summary>
    internal static MetricExpression? Scored(string text)
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
