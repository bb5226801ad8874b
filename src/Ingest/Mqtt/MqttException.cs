using Thrum.Detector;

namespace Thrum.Ingest.Mqtt;

/// <summary>A connection could not be made or has ended; the message is the reason, the broker's words included where it gave any.</summary>
public class MqttException : ThrumException
{
    /// <summary>A connection ended for the stated reason.</summary>
    public MqttException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The peer sent bytes that are not MQTT, or MQTT it may not send: the connection is closed.</summary>
internal sealed class MqttProtocolException(string message, ReasonCode reason = ReasonCode.MalformedPacket) : MqttException(message)
{
    /// <summary>What to tell the peer in a DISCONNECT.</summary>
    public ReasonCode Reason { get; } = reason;
}

/// <summary>The broker answered CONNECT with a refusal.</summary>
internal sealed class MqttRefusedException(string message, bool isVersionRefused, Exception? inner = null) : MqttException(message, inner)
{
    /// <summary>True when another protocol version may be accepted.</summary>
    public bool IsVersionRefused { get; } = isVersionRefused;
}

/// <summary>The broker sent us to another one, in CONNACK or DISCONNECT.</summary>
internal sealed class MqttRedirectException(string message, string reference) : MqttException(message)
{
    /// <summary>The broker's server reference: names with optional ports, separated by spaces.</summary>
    public string Reference { get; } = reference;
}
