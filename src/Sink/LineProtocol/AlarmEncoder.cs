using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// Encodes alarm transitions as points of <c>vibration_alarm</c>. The rule is a tag: two rules may decide on the same window, and
/// a database keeps one point per measurement, tags and time.
/// </summary>
internal static class AlarmEncoder
{
    private static readonly byte[] IdKey = LineProtocolText.FieldKey("transition_id");
    private static readonly byte[] FromKey = LineProtocolText.FieldKey("from");
    private static readonly byte[] ToKey = LineProtocolText.FieldKey("to");
    private static readonly byte[] MetricKey = LineProtocolText.FieldKey("metric");
    private static readonly byte[] ValueKey = LineProtocolText.FieldKey("value");
    private static readonly byte[] ThresholdKey = LineProtocolText.FieldKey("threshold");
    private static readonly byte[] DiagnosisKey = LineProtocolText.FieldKey("diagnosis");
    private static readonly byte[] MessageKey = LineProtocolText.FieldKey("message");

    /// <summary>
    /// Appends the diagnosis of evidence to the point of its transition: same measurement, tags and time, so a database puts it there.
    /// </summary>
    public static void Encode(ByteBuffer buffer, AlarmEvidence evidence)
    {
        LineProtocolWriter point = new(buffer);
        point.Begin(Head(new AxisId(evidence.Machine, evidence.Sensor, evidence.Axis), evidence.RuleId, evidence.Severity));
        point.Field(DiagnosisKey, evidence.Diagnosis);
        point.End(evidence.EventTimeUnixNs);
    }

    /// <summary>Appends the transition's point.</summary>
    public static void Encode(ByteBuffer buffer, AlarmTransition transition)
    {
        LineProtocolWriter point = new(buffer);
        point.Begin(Head(transition.Axis, transition.RuleId, transition.Severity));
        point.Field(IdKey, transition.Id.ToString("D"));
        point.Field(FromKey, transition.From.ToWireName());
        point.Field(ToKey, transition.To.ToWireName());
        point.Field(MetricKey, transition.Metric);
        point.Field(ValueKey, transition.Value);
        point.Field(ThresholdKey, transition.Threshold);
        point.Field(DiagnosisKey, transition.Diagnosis);
        point.Field(MessageKey, transition.Message);
        point.End(transition.EventTimeUnixNs);
    }

    private static byte[] Head(AxisId axis, string rule, AlarmSeverity severity) => LineProtocolText.Series(
        "vibration_alarm",
        ("axis", axis.Axis),
        ("machine", axis.Machine),
        ("rule", rule),
        ("sensor", axis.Sensor),
        ("severity", severity.ToWireName()));
}
