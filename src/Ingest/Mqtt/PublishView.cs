using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>A received message, seen in place; valid during the call that gets it.</summary>
public readonly ref struct PublishView
{
    private readonly ReadOnlySpan<byte> _properties;

    internal PublishView(in PublishPacket packet, ReadOnlySpan<byte> topic, ulong sequence)
    {
        Topic = topic;
        Payload = packet.Payload;
        _properties = packet.Properties;
        Qos = packet.Qos;
        PacketId = packet.PacketId;
        Retain = packet.Retain;
        Duplicate = packet.Duplicate;
        Sequence = sequence;
    }

    /// <summary>The topic, UTF-8, aliases resolved; valid and without wildcards.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The payload, in one piece.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The QoS it was delivered with.</summary>
    public MqttQos Qos { get; }

    /// <summary>The packet identifier; 0 with QoS 0.</summary>
    public ushort PacketId { get; }

    /// <summary>True for a retained message sent because of a new subscription.</summary>
    public bool Retain { get; }

    /// <summary>True when the broker may have sent it before.</summary>
    public bool Duplicate { get; }

    /// <summary>Number of the message in this session object, from 1, over reconnects: for <see cref="MqttSession.AcknowledgeThroughAsync"/>.</summary>
    public ulong Sequence { get; }

    /// <summary>The value of the first MQTT 5 user property of that name, UTF-8.</summary>
    public bool TryGetUserProperty(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = new PropertyReader(_properties);
        while (reader.TryRead())
        {
            if (reader.Id == PropertyId.UserProperty && reader.Name.SequenceEqual(name))
            {
                value = reader.Bytes;
                return true;
            }
        }

        value = default;
        return false;
    }
}
