using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Webhooks;

/// <summary>An alarm that never happened, to try a webhook or a template with.</summary>
public static class WebhookTest
{
    /// <summary>A transition that says of itself that it is a test.</summary>
    /// <param name="unixNs">Its event time.</param>
    public static AlarmTransition Transition(long unixNs)
    {
        var axis = new AxisId("test-machine", "test-sensor", AxisId.Default);
        return new AlarmTransition
        {
            Id = AlarmTransition.ComputeId(axis, "webhook-test", unixNs, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Axis = axis,
            RuleId = "webhook-test",
            Severity = AlarmSeverity.Warning,
            EventTimeUnixNs = unixNs,
            From = AlarmState.Normal,
            To = AlarmState.ActiveUnacknowledged,
            Metric = "mse",
            Value = 2,
            Threshold = 1,
            Diagnosis = "undetermined",
            Message = "This is a test of the webhook, no machine is concerned",
        };
    }
}
