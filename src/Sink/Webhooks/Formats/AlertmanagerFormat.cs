using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>
/// Alerts for Prometheus Alertmanager, <c>POST /api/v2/alerts</c>. An alarm is one alert, known by its labels. Alertmanager keeps
/// alerts in memory and lets those end that nobody repeats, so active ones are said again from time to time, and each time
/// with an end far enough away that a gateway that is down for a weekend does not look like a machine that has healed.
/// </summary>
/// <param name="source">This gateway: the label <c>gateway</c>, and where its page is.</param>
/// <param name="active">The alarms that are active now, from an earlier run.</param>
/// <param name="time">The clock of the alerts' ends.</param>
internal sealed class AlertmanagerFormat(EventSource source, IEnumerable<AlarmTransition> active, TimeProvider time) : IWebhookFormat
{
    /// <summary>A request that has as many bytes takes no further alert: with one more of the longest names it stays below 20 kB.</summary>
    private const int FullBytes = 8_000;

    private static readonly TimeSpan EndsWithoutUs = TimeSpan.FromDays(3);

    private readonly Dictionary<(AxisId Axis, string Rule), Firing> _firing = active.ToDictionary(
        transition => (transition.Axis, transition.RuleId), transition => new Firing(transition, transition.EventTimeUnixNs));

    public string MediaType => "application/json";

    public byte[] Encode(string id, AlarmTransition transition)
    {
        (AxisId Axis, string RuleId) key = (transition.Axis, transition.RuleId);
        lock (_firing)
        {
            bool known = _firing.TryGetValue(key, out Firing before);
            var alert = new Firing(transition, known ? before.StartUnixNs : transition.EventTimeUnixNs);
            if (IsFiring(transition.To))
            {
                _firing[key] = alert;
                return Write(new Queue<Firing>([alert]), null);
            }

            _firing.Remove(key);
            return Write(new Queue<Firing>([alert]), transition.EventTimeUnixNs);
        }
    }

    public IReadOnlyList<byte[]> Repeat()
    {
        lock (_firing)
        {
            Queue<Firing> left = new(_firing.Values);
            List<byte[]> bodies = [];
            while (left.Count > 0)
            {
                bodies.Add(Write(left, null));
            }

            return bodies;
        }
    }

    /// <summary>A latched alarm waits for a person as an active one does; one put aside by a person or by design does not.</summary>
    internal static bool IsFiring(AlarmState state) => state.IsActive() || state == AlarmState.Latched;

    /// <summary>Posting to the root of an Alertmanager means its API.</summary>
    public static Uri AddressOf(Uri url) => url.AbsolutePath == "/" ? new Uri(url, "/api/v2/alerts") : url;

    /// <summary>Takes from the queue as many alerts as one request may have.</summary>
    private byte[] Write(Queue<Firing> left, long? endUnixNs)
    {
        using MemoryStream bytes = new(1024);
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartArray();
            while (json.BytesCommitted + json.BytesPending < FullBytes && left.TryDequeue(out Firing alert))
            {
                WriteAlert(json, alert, endUnixNs);
            }

            json.WriteEndArray();
        }

        return bytes.ToArray();
    }

    private void WriteAlert(Utf8JsonWriter json, Firing alert, long? endUnixNs)
    {
        AlarmTransition transition = alert.Transition;
        json.WriteStartObject();
        json.WriteString("startsAt", UnixTime.ToText(alert.StartUnixNs));
        json.WriteString("endsAt", UnixTime.ToText(endUnixNs ?? UnixTime.ToNs(time.GetUtcNow() + EndsWithoutUs)));
        if (source.LinkOf(transition) is { } link)
        {
            json.WriteString("generatorURL", link);
        }

        json.WriteStartObject("labels");
        json.WriteString("alertname", transition.RuleId);
        json.WriteString("machine", transition.Axis.Machine);
        json.WriteString("sensor", transition.Axis.Sensor);
        json.WriteString("axis", transition.Axis.Axis);
        json.WriteString("severity", transition.Severity.ToWireName());
        json.WriteString("gateway", source.Gateway);
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        json.WriteString("summary", transition.Message);
        json.WriteString("diagnosis", transition.Diagnosis);
        json.WriteString("state", transition.To.ToWireName());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private readonly record struct Firing(AlarmTransition Transition, long StartUnixNs);
}
