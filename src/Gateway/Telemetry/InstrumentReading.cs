using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Thrum.Gateway.Telemetry;

/// <summary>What an instrument has said: the present values of an observable one, or the histograms of what was recorded. One series per set of tags.</summary>
/// <param name="instrument">The instrument.</param>
internal sealed class InstrumentReading(Instrument instrument)
{
    private readonly List<(string Labels, double Value)> _values = [];
    private readonly ConcurrentDictionary<string, HistogramReading> _histograms = new(StringComparer.Ordinal);

    public Instrument Instrument { get; } = instrument;

    public InstrumentKind Kind { get; } = instrument switch
    {
        ObservableCounter<long> or ObservableCounter<double> => InstrumentKind.Counter,
        ObservableGauge<long> or ObservableGauge<double> => InstrumentKind.Gauge,
        Histogram<double> => InstrumentKind.Histogram,
        _ => throw new ArgumentException($"{instrument.Name} is a {instrument.GetType().Name}, expected an observable counter or gauge of long or double, or a histogram of double.", nameof(instrument)),
    };

    /// <summary>Values by labels, as of the last collection.</summary>
    public IReadOnlyList<(string Labels, double Value)> Values => _values;

    /// <summary>Histograms by labels.</summary>
    public IReadOnlyDictionary<string, HistogramReading> Histograms => _histograms;

    /// <summary>Forgets the values, before they are collected anew.</summary>
    public void Clear() => _values.Clear();

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.Labels(tags);
        if (Instrument is Histogram<double> histogram)
        {
            _histograms.GetOrAdd(labels, static (_, one) => new HistogramReading(one.Advice!.HistogramBucketBoundaries!), histogram).Add(value);
        }
        else
        {
            _values.Add((labels, value));
        }
    }
}

/// <summary>What a reader of an instrument has to know.</summary>
internal enum InstrumentKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Values in buckets.</summary>
    Histogram,
}
