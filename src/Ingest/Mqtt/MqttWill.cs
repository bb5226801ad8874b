namespace Thrum.Ingest.Mqtt;

/// <summary>What the broker is to publish when this client goes without saying goodbye, and what the client says itself.</summary>
/// <param name="Topic">Topic, without wildcards.</param>
/// <param name="Payload">Payload of the will; on a regular stop the client publishes it itself.</param>
public sealed record MqttWill(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Published at every connection, so that a retained will is taken back; empty: nothing is.</summary>
    public ReadOnlyMemory<byte> OnlinePayload { get; init; }

    /// <summary>QoS of the will.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>True: the broker keeps it for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>How long the broker waits for the client to come back before it publishes the will (MQTT 5); whole seconds.</summary>
    public TimeSpan Delay { get; init; }
}
