using System.Buffers;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Mqtt;

/// <summary>
/// What the topics should say now, and which of them have not been told yet. A state replaces the one before it, so an outage
/// costs nothing but the states that were past when it ended. Thread-safe.
/// </summary>
internal sealed class MqttStateBoard(string prefix, string gateway)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlarmTransition> _alarms = [];
    private readonly HashSet<string> _untold = [];
    private readonly Dictionary<AxisStream, WindowScore> _scores = [];

    public void Set(AlarmTransition transition)
    {
        string topic = MqttTopics.Alarm(prefix, gateway, transition);
        lock (_gate)
        {
            _alarms[topic] = transition;
            _untold.Add(topic);
        }
    }

    public void Set(in WindowScore window)
    {
        lock (_gate)
        {
            _scores[window.Stream] = window;
        }
    }

    /// <summary>After a connection was lost or made nobody knows what the broker keeps: everything is told again.</summary>
    public void ForgetTold()
    {
        lock (_gate)
        {
            _untold.UnionWith(_alarms.Keys);
        }
    }

    /// <summary>The alarm states not yet told; they count as told.</summary>
    public IReadOnlyList<(string Topic, byte[] Payload)> TakeAlarms()
    {
        lock (_gate)
        {
            (string, byte[])[] taken = [.. _untold.Select(topic => (topic, Encode(_alarms[topic])))];
            _untold.Clear();
            return taken;
        }
    }

    /// <summary>The newest window of each axis that has one since the last call.</summary>
    public IReadOnlyList<(string Topic, byte[] Payload)> TakeScores()
    {
        lock (_gate)
        {
            (string, byte[])[] taken = [.. _scores.Values.Select(window => (MqttTopics.Score(prefix, gateway, window.Stream.Id), Encode(window)))];
            _scores.Clear();
            return taken;
        }
    }

    private static byte[] Encode(AlarmTransition transition) => Write(json => CloudEvent.WriteData(json, transition, EventSource.EvidencePath(transition)));

    private static byte[] Encode(WindowScore window) => Write(json =>
    {
        json.WriteString("time", UnixTime.ToText(window.TimeUnixNs));
        json.WriteString("model", window.Model.Name);
        json.WriteString("status", window.Status.ToWireName());
        json.WriteString("state", window.State.ToWireName());
        CloudEvent.WriteNumber(json, "score", window.HasScore ? window.Score : double.NaN);
        CloudEvent.WriteNumber(json, "pValue", window.PValue);
        CloudEvent.WriteNumber(json, "threshold", window.Threshold);
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
