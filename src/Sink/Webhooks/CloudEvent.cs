using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Webhooks;

/// <summary>Writes an alarm transition as a CloudEvents 1.0 event in JSON, structured mode. The same transition gives the same bytes.</summary>
internal static class CloudEvent
{
    /// <summary>The event's type.</summary>
    public const string Type = "thrum.alarm.transition";

    /// <summary>Media type of the structured mode.</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The event's id: destination and transition. No full stop in it, which the signature uses as separator.</summary>
    public static string IdOf(string destination, AlarmTransition transition) => $"{destination}-{transition.Id:D}";

    /// <param name="id">From <see cref="IdOf"/>.</param>
    /// <param name="source">This gateway.</param>
    /// <param name="transition">What happened.</param>
    public static byte[] Encode(string id, EventSource source, AlarmTransition transition)
    {
        using MemoryStream bytes = new(1024);
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", "/thrum/" + Uri.EscapeDataString(source.Gateway));
            json.WriteString("type", Type);
            json.WriteString("subject", transition.Axis.ToString());
            json.WriteString("time", UnixTime.ToText(transition.EventTimeUnixNs));
            json.WriteString("datacontenttype", "application/json");
            json.WriteStartObject("data");
            WriteData(json, transition, source.EvidenceOf(transition));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>The members of <c>data</c>, into an object that is open.</summary>
    public static void WriteData(Utf8JsonWriter json, AlarmTransition transition, string? evidence)
    {
        json.WriteString("transitionId", transition.Id);
        json.WriteString("machine", transition.Axis.Machine);
        json.WriteString("sensor", transition.Axis.Sensor);
        json.WriteString("axis", transition.Axis.Axis);
        json.WriteString("rule", transition.RuleId);
        json.WriteString("severity", transition.Severity.ToWireName());
        // Nanoseconds exceed what a JSON number keeps in many readers.
        json.WriteString("eventTimeUnixNs", transition.EventTimeUnixNs.ToString(CultureInfo.InvariantCulture));
        json.WriteString("from", transition.From.ToWireName());
        json.WriteString("to", transition.To.ToWireName());
        json.WriteString("metric", transition.Metric);
        WriteNumber(json, "value", transition.Value);
        WriteNumber(json, "threshold", transition.Threshold);
        json.WriteString("diagnosis", transition.Diagnosis);
        if (evidence is not null)
        {
            json.WriteString("evidence", evidence);
        }

        json.WriteString("message", transition.Message);
    }

    /// <summary>A number, or null for what is none.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
