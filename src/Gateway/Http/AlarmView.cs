using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Http;

/// <summary>An alarm transition as the API shows it.</summary>
internal sealed record AlarmView
{
    public required Guid Id { get; init; }

    public required string Machine { get; init; }

    public required string Sensor { get; init; }

    public required string Axis { get; init; }

    public required string Rule { get; init; }

    public required string Severity { get; init; }

    /// <summary>Event time, RFC 3339 in UTC, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required string Metric { get; init; }

    /// <summary>The statistic at the deciding window; null where no window decided, as when maintenance suppresses an alarm.</summary>
    public required double? Value { get; init; }

    /// <summary>The level that was crossed; null where there is none.</summary>
    public required double? Threshold { get; init; }

    public required string Diagnosis { get; init; }

    public required string Message { get; init; }

    public static AlarmView Of(AlarmTransition transition) => new()
    {
        Id = transition.Id,
        Machine = transition.Axis.Machine,
        Sensor = transition.Axis.Sensor,
        Axis = transition.Axis.Axis,
        Rule = transition.RuleId,
        Severity = transition.Severity.ToWireName(),
        Time = DateTimeOffset.FromUnixTimeMilliseconds(transition.EventTimeUnixNs / 1_000_000),
        From = transition.From.ToWireName(),
        To = transition.To.ToWireName(),
        Metric = transition.Metric,
        Value = transition.Value.FiniteOrNull(),
        Threshold = transition.Threshold.FiniteOrNull(),
        Diagnosis = transition.Diagnosis,
        Message = transition.Message,
    };
}
