using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Alarms;

namespace Thrum.Sink.Webhooks;

/// <summary>Writes an alarm transition as a CloudEvents 1.0 event in JSON, structured mode. The same transition gives the same bytes.</summary>
internal static class CloudEvent
{
    /// <summary>The event's type.</summary>
    public const string Type = "thrum.alarm.transition";

    /// <summary>Media type of the structured mode.</summary>
    public const string MediaType = "application/cloudevents+json";

    private const long NanosecondsPerSecond = 1_000_000_000;

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
            json.WriteString("time", Rfc3339(transition.EventTimeUnixNs));
            json.WriteString("datacontenttype", "application/json");
            json.WriteStartObject("data");
            WriteData(json, transition, source.EvidenceOf(transition));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>A time with all nine decimals, <c>2026-01-02T03:04:05.000000006Z</c>.</summary>
    public static string Rfc3339(long unixNs)
    {
        (long seconds, long nanoseconds) = Math.DivRem(unixNs, NanosecondsPerSecond);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsPerSecond);
        }

        string second = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{second}.{nanoseconds:D9}Z");
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
