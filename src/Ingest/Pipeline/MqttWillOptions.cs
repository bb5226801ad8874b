using System.ComponentModel.DataAnnotations;
using System.Text;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>The gateway's own state on the broker: the section <c>Mqtt:Will</c>.</summary>
public sealed record MqttWillOptions
{
    /// <summary>Topic; empty for no will.</summary>
    public string Topic { get; init; } = "";

    /// <summary>What the broker publishes when the gateway vanishes, and the gateway itself when it stops.</summary>
    public string Payload { get; init; } = "offline";

    /// <summary>What the gateway publishes at every connection; empty for nothing.</summary>
    public string OnlinePayload { get; init; } = "online";

    /// <summary>Quality of service of the will.</summary>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    /// <summary>True: the broker keeps the state for those who subscribe later.</summary>
    public bool Retain { get; init; } = true;

    /// <summary>How long the broker waits for the gateway to come back before it publishes the will (MQTT 5).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The session's form; null without a topic.</summary>
    internal MqttWill? ToSession() => Topic.Length == 0 ? null : new MqttWill(Topic, Encoding.UTF8.GetBytes(Payload))
    {
        OnlinePayload = Encoding.UTF8.GetBytes(OnlinePayload),
        Qos = (MqttQos)Qos,
        Retain = Retain,
        Delay = Delay,
    };
}
