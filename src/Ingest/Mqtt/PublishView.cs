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

    /// <summary>A message from elsewhere than a socket.</summary>
    internal PublishView(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> payload)
    {
        Topic = topic;
        _properties = properties;
        Payload = payload;
    }

    /// <summary>The topic, UTF-8, aliases resolved; valid and without wildcards.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The payload, in one piece.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The QoS it was delivered with.</summary>
    public MqttQos Qos { get; internal init; }

    /// <summary>The packet identifier; 0 with QoS 0.</summary>
    public ushort PacketId { get; internal init; }

    /// <summary>True for a retained message sent because of a new subscription.</summary>
    public bool Retain { get; internal init; }

    /// <summary>True when the broker may have sent it before.</summary>
    public bool Duplicate { get; internal init; }

    /// <summary>Number of the message in this session object, from 1, over reconnects: for <see cref="MqttSession.AcknowledgeThroughAsync"/>.</summary>
    public ulong Sequence { get; internal init; }

    /// <summary>When it arrived, ns since 1970-01-01 UTC; 0 for now.</summary>
    internal long ArrivalUnixNs { get; init; }

    /// <summary>The monotonic time of that; 0 for now.</summary>
    internal long ArrivalTimestamp { get; init; }

    /// <summary>Its record in the journal; 0 without a journal.</summary>
    internal long JournalSequence { get; init; }

    /// <summary>The block of MQTT 5 properties as it came, checked, without its length.</summary>
    internal ReadOnlySpan<byte> Properties => _properties;

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
