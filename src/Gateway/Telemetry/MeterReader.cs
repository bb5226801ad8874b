using System.Diagnostics.Metrics;

namespace Thrum.Gateway.Telemetry;

/// <summary>
/// Listens to the instruments of one meter from the time it is made: histograms gather what is recorded, observable instruments are asked at each collection. Thread-safe.
/// </summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<InstrumentReading> _readings = [];

    public MeterReader(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                var reading = new InstrumentReading(instrument);
                lock (_gate)
                {
                    _readings.Add(reading);
                }

                listener.EnableMeasurementEvents(instrument, reading);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, reading) => ((InstrumentReading)reading!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, reading) => ((InstrumentReading)reading!).Take(value, tags));
        _listener.Start();
    }

    /// <summary>Asks the observable instruments, and has all there are written, in the order in which they were created.</summary>
    public string Collect(Func<IReadOnlyList<InstrumentReading>, string> write)
    {
        lock (_gate)
        {
            _readings.ForEach(static reading => reading.Clear());
            _listener.RecordObservableInstruments();
            return write(_readings);
        }
    }

    /// <summary>What was recorded to a histogram with one tag; null before the first.</summary>
    public HistogramReading? Histogram(Histogram<double> histogram, KeyValuePair<string, object?> tag)
    {
        lock (_gate)
        {
            return _readings.Find(reading => reading.Instrument == histogram)?.Histograms.GetValueOrDefault(PrometheusText.Labels([tag]));
        }
    }

    public void Dispose() => _listener.Dispose();
}
