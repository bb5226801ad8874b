using System.Diagnostics.Metrics;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Telemetry;

/// <summary>The counters of a gateway as instruments of <see cref="Meter"/>. They are read when somebody collects, and cost nothing until then.</summary>
internal sealed class GatewayMeter : IDisposable
{
    public const string Name = "Thrum";

    private readonly Meter _meter = new(Name);

    public GatewayMeter(GatewayStatus status)
    {
        Counter("thrum.stage.received", "Items received by a stage.", status, stage => stage.Received);
        Counter("thrum.stage.sent", "Items passed on by a stage.", status, stage => stage.Sent);
        Counter("thrum.stage.errors", "Failed operations of a stage; a retry is an error, not a drop.", status, stage => stage.Errors);
        _meter.CreateObservableCounter("thrum.stage.dropped", () => Dropped(status), description: "Items dropped by a stage, by reason.");
        _meter.CreateObservableGauge(
            "thrum.stage.queue_length", () => status.Stages.Select(stage => new Measurement<long>(stage.QueueLength, Tags(stage))), description: "Items waiting before a stage.");
        _meter.CreateObservableCounter(
            "thrum.windows", () => Enum.GetValues<WindowStatus>().Select(window => new Measurement<long>(status.Windows.Of(window), new KeyValuePair<string, object?>("status", window.ToWireName()))),
            description: "Windows that left the detector, by status.");
        _meter.CreateObservableGauge("thrum.ready", () => status.NotReadyReasons().Count == 0 ? 1 : 0, description: "1 while the gateway is ready.");
        _meter.CreateObservableGauge("process.memory.usage", () => Environment.WorkingSet, "By", "Resident memory of the process.");
        _meter.CreateObservableCounter("process.cpu.time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time of the process.");
        if (status.Storage is { } storage)
        {
            _meter.CreateObservableCounter("thrum.samples", storage.Samples, description: "Samples decoded.");
            _meter.CreateObservableCounter(
                "thrum.disk.written", () => (Measurement<long>[])[new(storage.Store.WrittenBytes, File("store")), new(storage.Journal?.WrittenBytes ?? 0, File("journal"))], "By",
                "Bytes that commits handed to the write-ahead log of a file.");
        }
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(StageCounters stage) => [new("stage", stage.Stage), new("unit", stage.Unit)];

    private static KeyValuePair<string, object?> File(string name) => new("file", name);

    private static IEnumerable<Measurement<long>> Dropped(GatewayStatus status) =>
        from stage in status.Stages
        from reason in Enum.GetValues<DropReason>()
        let dropped = stage.DroppedFor(reason)
        where dropped > 0
        select new Measurement<long>(dropped, [.. Tags(stage), new("reason", reason.ToWireName())]);

    private void Counter(string name, string description, GatewayStatus status, Func<StageCounters, long> value) => _meter.CreateObservableCounter(
        name, () => status.Stages.Select(stage => new Measurement<long>(value(stage), Tags(stage))), description: description);
}
