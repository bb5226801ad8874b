using System.Diagnostics.Metrics;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;
using Thrum.Sink;

namespace Thrum.Gateway.Telemetry;

/// <summary>
/// Every metric of a gateway, as an instrument of one <see cref="Meter"/>: what <c>/metrics</c> and the OpenTelemetry export say comes from here. Counters are read from where they are
/// kept when somebody collects, and cost nothing until then.
/// </summary>
internal sealed class GatewayMeter : IDisposable
{
    public const string Name = "Thrum";

    private readonly Meter _meter = new(Name);
    private readonly MeterReader _reader;

    /// <summary>Makes it with what the parts of a gateway record to; what the gateway says of itself is added by <see cref="Observe"/>.</summary>
    public GatewayMeter()
    {
        Delivery = _meter.CreateHistogram<double>(
            "thrum.delivery", "s", "Time from reading a message to the confirmed delivery of its points.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DeliveryBounds });
        Process();
        _reader = new MeterReader(_meter);
    }

    /// <summary>Adds the instruments that read a gateway's counters.</summary>
    public void Observe(GatewayStatus status)
    {
        Stages(status);
        _meter.CreateObservableCounter(
            "thrum.windows", () => Enum.GetValues<WindowStatus>().Select(window => One(status.Windows.Of(window), "status", window.ToWireName())), "{window}", "Windows that left the detector, by status.");
        Grids(status.Grid);
        Destinations(status);
        _meter.CreateObservableGauge("thrum.ready", () => status.NotReadyReasons().Count == 0 ? 1L : 0L, description: "1 while the gateway is ready.");
        if (status.Storage is { } storage)
        {
            Storage(storage);
        }
    }

    /// <summary>1 ms to about 16 s, doubling: what a delivery takes.</summary>
    private static double[] DeliveryBounds => [.. Enumerable.Range(0, 15).Select(i => 0.001 * (1 << i))];

    /// <summary>Time from reading a message to the confirmed delivery of its points to a database, s, with the tag <c>destination</c>.</summary>
    public Histogram<double> Delivery { get; }

    /// <summary>Deliveries to a database so far; null before the first.</summary>
    public HistogramReading? DeliveryTo(string destination) => _reader.Histogram(Delivery, new("destination", destination));

    /// <summary>Everything as it is now, in the Prometheus text format.</summary>
    public string ToPrometheus() => _reader.Collect(PrometheusText.Write);

    public void Dispose()
    {
        _reader.Dispose();
        _meter.Dispose();
    }

    private void Stages(GatewayStatus status)
    {
        Func<IEnumerable<Measurement<long>>> Each(Func<StageCounters, long> value) => () => status.Stages.Select(stage => new Measurement<long>(value(stage), Tags(stage)));
        _meter.CreateObservableCounter("thrum.stage.received", Each(stage => stage.Received), description: "Items received by a stage.");
        _meter.CreateObservableCounter("thrum.stage.sent", Each(stage => stage.Sent), description: "Items passed on by a stage.");
        _meter.CreateObservableCounter("thrum.stage.dropped", () => Dropped(status), description: "Items dropped by a stage, by reason.");
        _meter.CreateObservableCounter("thrum.stage.errors", Each(stage => stage.Errors), description: "Failed operations of a stage; a retry is an error, not a drop.");
        _meter.CreateObservableGauge("thrum.stage.queue_length", Each(stage => stage.QueueLength), description: "Items waiting before a stage.");
    }

    private void Grids(GridCounters grid)
    {
        IEnumerable<Measurement<long>> Each(bool inSamples) => Enum.GetValues<GridEvent>().Where(happened => happened.IsInSamples() == inSamples)
            .Select(happened => One(grid.Of(happened), "reason", happened.ToWireName()));
        _meter.CreateObservableCounter("thrum.grid.restarts", () => Each(inSamples: false), description: "Sample grids that ended and began anew, by reason.");
        _meter.CreateObservableCounter("thrum.grid.samples_left_out", () => Each(inSamples: true), "{sample}", "Samples that became no part of a window, by reason.");
    }

    private void Destinations(GatewayStatus status)
    {
        _meter.CreateObservableGauge(
            "thrum.destination.circuit_open", () => status.Deliveries.Select(health => One(health.Circuit == DeliveryCircuit.Open ? 1L : 0L, "destination", health.Destination)),
            description: "1 while a destination is away and its circuit breaker lets no attempt through.");
        _meter.CreateObservableGauge(
            "thrum.destination.gone", () => status.Deliveries.Select(health => One(health.IsGone ? 1L : 0L, "destination", health.Destination)),
            description: "1 once a webhook's receiver has said that it is gone (410) and gets nothing more.");
        _meter.CreateObservableGauge(
            "thrum.destination.oldest", () => status.Deliveries.Select(health => One(health.OldestAge.TotalSeconds, "destination", health.Destination)), "s",
            "How long the oldest that waits for a destination has waited; 0 when nothing does.");
    }

    private void Storage(StorageStatus storage)
    {
        _meter.CreateObservableCounter("thrum.samples", storage.Samples, "{sample}", "Samples decoded.");
        _meter.CreateObservableCounter(
            "thrum.disk.written", () => (Measurement<long>[])[One(storage.Store.WrittenBytes, "file", "store"), One(storage.Journal?.WrittenBytes ?? 0, "file", "journal")], "By",
            "Bytes that commits handed to the write-ahead log of a file; merging the log writes at most as many again.");
        _meter.CreateObservableGauge("thrum.disk.written_bytes_per_sample", storage.WrittenBytesPerSample, description: "Both files together per sample decoded; 0 before the first.");
        _meter.CreateObservableGauge("thrum.journal", () => storage.Journal?.Bytes ?? 0, "By", "Bytes of messages that the journal keeps.");
    }

    private void Process()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        double startUnixS = (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        _meter.CreateObservableCounter("process.cpu.time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time of the process.");
        _meter.CreateObservableGauge("process.start_time", () => startUnixS, "s", "When the process started, seconds since 1970.");
        _meter.CreateObservableGauge("process.memory.usage", () => Environment.WorkingSet, "By", "Resident memory of the process.");
    }

    private static KeyValuePair<string, object?>[] Tags(StageCounters stage) => [new("stage", stage.Stage), new("unit", stage.Unit)];

    private static Measurement<T> One<T>(T value, string tag, string of)
        where T : struct => new(value, new KeyValuePair<string, object?>(tag, of));

    private static IEnumerable<Measurement<long>> Dropped(GatewayStatus status) =>
        from stage in status.Stages
        from reason in Enum.GetValues<DropReason>()
        let dropped = stage.DroppedFor(reason)
        where dropped > 0
        select new Measurement<long>(dropped, [.. Tags(stage), new("reason", reason.ToWireName())]);
}
