using Thrum.Detector.Stages;
using Thrum.Gateway.Http;
using Thrum.Gateway.Telemetry;
using Thrum.Sink;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Hosting;

/// <summary>What the gateway says about itself: the counters of its stages and why it is not ready. Thread-safe.</summary>
/// <param name="stages">Counters in the order of the flow, decoding first.</param>
/// <param name="windows">Windows by status.</param>
/// <param name="checks">One per part that must be up; each gives the reason why it is not, or null.</param>
internal sealed class GatewayStatus(IReadOnlyList<StageCounters> stages, WindowTally windows, IReadOnlyList<Func<string?>> checks)
{
    public IReadOnlyList<StageCounters> Stages { get; } = stages;

    public WindowTally Windows { get; } = windows;

    /// <summary>What happened to the sample grids.</summary>
    public GridCounters Grid { get; init; } = new();

    /// <summary>How long points take to a database, from its id; null before its first delivery.</summary>
    public Func<string, HistogramReading?> DeliveryTo { get; init; } = _ => null;

    /// <summary>How webhooks and databases are doing.</summary>
    public IReadOnlyList<DeliveryHealth> Deliveries { get; init; } = [];

    /// <summary>What is written to disk; null where there is no store.</summary>
    public StorageStatus? Storage { get; init; }

    /// <summary>The models in use.</summary>
    public Func<IReadOnlyList<ModelView>> Models { get; init; } = () => [];

    /// <summary>What their alarms rest on.</summary>
    public Func<IReadOnlyList<CalibrationView>> Calibrations { get; init; } = () => [];

    public IReadOnlyList<string> NotReadyReasons() => [.. checks.Select(check => check()).OfType<string>()];
}

/// <summary>What the gateway writes to its own disk.</summary>
/// <param name="Store">The local store.</param>
/// <param name="Journal">The journal; null in memory mode.</param>
/// <param name="Samples">Samples decoded so far.</param>
internal sealed record StorageStatus(LocalStore Store, JournalFile? Journal, Func<long> Samples)
{
    /// <summary>What commits handed to both files' write-ahead logs, per sample decoded; 0 before the first.</summary>
    public double WrittenBytesPerSample() => Samples() is > 0 and long samples ? (double)(Store.WrittenBytes + (Journal?.WrittenBytes ?? 0)) / samples : 0;
}
