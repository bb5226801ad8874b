using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Telemetry;
using Thrum.Sink;

namespace Thrum.Gateway.Http;

/// <summary>What the gateway itself is and does, for the API.</summary>
internal sealed record GatewayView
{
    public required bool Ready { get; init; }

    /// <summary>Why it is not ready, a sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyList<StageView> Stages { get; init; }

    /// <summary>Webhooks and databases.</summary>
    public required IReadOnlyList<DestinationView> Destinations { get; init; }

    /// <summary>Windows so far, by status.</summary>
    public required IReadOnlyDictionary<string, long> Windows { get; init; }

    public required long ResidentBytes { get; init; }

    public required double CpuSeconds { get; init; }

    public static GatewayView Of(GatewayStatus status)
    {
        IReadOnlyList<string> reasons = status.NotReadyReasons();
        return new GatewayView
        {
            Ready = reasons.Count == 0,
            Reasons = reasons,
            Stages = [.. status.Stages.Select(StageView.Of)],
            Destinations = [.. status.Deliveries.Select(health => DestinationView.Of(health, status.DeliveryTo(health.Destination)))],
            Windows = Enum.GetValues<WindowStatus>().ToDictionary(window => window.ToWireName(), status.Windows.Of),
            ResidentBytes = Environment.WorkingSet,
            CpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
        };
    }
}

/// <summary>The counters of one stage; <see cref="Dropped"/> holds only reasons that occurred.</summary>
internal sealed record StageView(string Stage, string Unit, long Received, long Sent, long Errors, long Queue, IReadOnlyDictionary<string, long> Dropped)
{
    public static StageView Of(StageCounters stage) => new(
        stage.Stage, stage.Unit, stage.Received, stage.Sent, stage.Errors, stage.QueueLength,
        Enum.GetValues<DropReason>().Where(reason => stage.DroppedFor(reason) > 0).ToDictionary(reason => reason.ToWireName(), stage.DroppedFor));
}

/// <summary>How a webhook or database is doing.</summary>
/// <param name="Destination">Its id.</param>
/// <param name="Circuit">What its circuit breaker lets through: <c>closed</c> (everything), <c>halfOpen</c> or <c>open</c> (nothing).</param>
/// <param name="Fault">What the last attempt failed with, while attempts fail.</param>
/// <param name="OldestSeconds">How long the oldest that waits has waited.</param>
/// <param name="MedianSeconds">Median time from reading a message to the confirmed delivery of its points; null before the first, and for webhooks.</param>
/// <param name="P99Seconds">The 0.99 quantile of that.</param>
internal sealed record DestinationView(string Destination, string Circuit, string? Fault, double OldestSeconds, double? MedianSeconds, double? P99Seconds)
{
    public static DestinationView Of(DeliveryHealth health, HistogramReading? latency) => new(
        health.Destination,
        health.Circuit switch { DeliveryCircuit.Closed => "closed", DeliveryCircuit.HalfOpen => "halfOpen", _ => "open" },
        health.Fault, health.OldestAge.TotalSeconds, latency?.Quantile(0.5), latency?.Quantile(0.99));
}

/// <summary>A model in use.</summary>
internal sealed record ModelView
{
    /// <summary>Which axes it scores: a pattern of <c>machine/sensor/axis</c>.</summary>
    public required string Match { get; init; }

    public required string Name { get; init; }

    public required string Revision { get; init; }

    public required string Kind { get; init; }

    public required int WindowSamples { get; init; }

    public required int HopSamples { get; init; }

    public required double SampleRateHz { get; init; }

    public required IReadOnlyList<string> Metrics { get; init; }

    public required string Training { get; init; }

    public required string Date { get; init; }

    public required IReadOnlyList<RuleView> Rules { get; init; }

    public static ModelView Of(ModelAssignment assignment)
    {
        ModelMetadata metadata = assignment.Model.Metadata;
        return new ModelView
        {
            Match = assignment.Match,
            Name = assignment.Model.Description.Name,
            Revision = assignment.Model.Description.Revision,
            Kind = metadata.Kind,
            WindowSamples = metadata.WindowSamples,
            HopSamples = metadata.HopSamples,
            SampleRateHz = metadata.SampleRateHz,
            Metrics = assignment.Model.Description.Metrics,
            Training = metadata.Training,
            Date = metadata.Date,
            Rules = [.. assignment.Rules.Select(rule => new RuleView(
                rule.Id, rule.Severity.ToString().ToLowerInvariant(), rule.Metric, rule.RaiseLevel.FiniteOrNull(), rule.ClearLevel.FiniteOrNull(), rule.RaiseCount, rule.OfWindows))],
        };
    }
}

/// <summary>An alarm rule as it is in force for a model.</summary>
internal sealed record RuleView(string Id, string Severity, string Metric, double? Raise, double? Clear, int RaiseCount, int OfWindows);
