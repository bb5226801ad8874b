using System.Text.Unicode;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>A PUBLISH as it lies in the receive buffer.</summary>
internal readonly ref struct PublishPacket
{
    private const int RetainFlag = 1;
    private const int DuplicateFlag = 8;

    public ReadOnlySpan<byte> Topic { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    public MqttQos Qos { get; private init; }

    public ushort PacketId { get; private init; }

    public bool Retain { get; private init; }

    public bool Duplicate { get; private init; }

    /// <summary>The alias given; 0 for none.</summary>
    public ushort TopicAlias { get; private init; }

    /// <summary>Reads the packet; every property is checked, so that later walks over them cannot fail.</summary>
    /// <exception cref="MqttProtocolException">Malformed.</exception>
    public static PublishPacket Parse(in Frame frame, MqttProtocol protocol)
    {
        var reader = new PacketReader(frame.Body);
        int qos = CheckedQos(frame);
        ReadOnlySpan<byte> topic = CheckedTopic(reader.ReadBinary());
        ushort id = qos > 0 ? reader.ReadUInt16() : (ushort)0;
        CheckId(qos, id);
        ReadOnlySpan<byte> properties = protocol == MqttProtocol.V5 ? reader.ReadProperties() : default;
        return new PublishPacket
        {
            Topic = topic,
            Properties = properties,
            Payload = reader.Rest,
            Qos = (MqttQos)qos,
            PacketId = id,
            Retain = (frame.Flags & RetainFlag) != 0,
            Duplicate = (frame.Flags & DuplicateFlag) != 0,
            TopicAlias = properties.IsEmpty ? (ushort)0 : FindAlias(properties),
        };
    }

    /// <summary>
    /// Reads topic, identifier and, as far as they lie in the part kept, properties and payload of a packet too long to be taken.
    /// </summary>
    public static PublishPacket ParseOversized(in Frame frame, MqttProtocol protocol)
    {
        var reader = new PacketReader(frame.Body);
        int qos = CheckedQos(frame);
        ReadOnlySpan<byte> topic = CheckedTopic(reader.ReadBinary());
        ushort id = qos > 0 ? reader.ReadUInt16() : (ushort)0;
        CheckId(qos, id);
        ReadOnlySpan<byte> properties = default;
        int length = protocol == MqttProtocol.V5 ? reader.ReadVariable() : 0;
        bool arePropertiesWhole = length <= reader.Remaining;
        if (arePropertiesWhole)
        {
            properties = reader.Rest[..length];
        }

        return new PublishPacket
        {
            Topic = topic,
            Properties = properties,
            Payload = arePropertiesWhole ? reader.Rest[length..] : default,
            Qos = (MqttQos)qos,
            PacketId = id,
            TopicAlias = properties.IsEmpty ? (ushort)0 : FindAlias(properties),
        };
    }

    /// <summary>Writes a PUBLISH; <paramref name="properties"/> is the encoded block without its length, for MQTT 5 only.</summary>
    public static void Write(
        PacketBuffer buffer,
        MqttProtocol protocol,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        MqttQos qos,
        ushort packetId,
        PublishFlags flags,
        ReadOnlySpan<byte> properties)
    {
        int length = 2 + topic.Length + (qos > 0 ? 2 : 0) + payload.Length;
        if (protocol == MqttProtocol.V5)
        {
            length += PacketBuffer.VariableSize(properties.Length) + properties.Length;
        }

        buffer.WriteByte(((int)PacketType.Publish << 4) | ((int)qos << 1) | (int)flags);
        buffer.WriteVariable(length);
        buffer.WriteBinary(topic);
        if (qos > 0)
        {
            buffer.WriteUInt16(packetId);
        }

        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteVariable(properties.Length);
            buffer.WriteRaw(properties);
        }

        buffer.WriteRaw(payload);
    }

    private static int CheckedQos(in Frame frame)
    {
        int qos = (frame.Flags >> 1) & 3;
        return qos < 3 ? qos : throw new MqttProtocolException("PUBLISH with QoS 3");
    }

    // [MQTT-1.5.4-1], [MQTT-1.5.4-2], [MQTT-3.3.2-2]
    private static ReadOnlySpan<byte> CheckedTopic(ReadOnlySpan<byte> topic) =>
        Utf8.IsValid(topic) && !topic.ContainsAny((byte)0, (byte)'+', (byte)'#')
            ? topic
            : throw new MqttProtocolException("a topic is not valid UTF-8 or has wildcards", ReasonCode.TopicNameInvalid);

    private static void CheckId(int qos, ushort id)
    {
        if (qos > 0 && id == 0)
        {
            throw new MqttProtocolException("packet identifier 0", ReasonCode.ProtocolError);
        }
    }

    private static ushort FindAlias(ReadOnlySpan<byte> properties)
    {
        uint alias = 0;
        var reader = new PropertyReader(properties, PropertySet.Publish);
        while (reader.TryRead())
        {
            if (reader.Id == PropertyId.TopicAlias)
            {
                alias = reader.Number > 0 ? reader.Number : throw new MqttProtocolException("topic alias 0", ReasonCode.TopicAliasInvalid);
            }
        }

        return (ushort)alias;
    }
}

/// <summary>Flags of an outgoing PUBLISH, as on the wire.</summary>
[Flags]
internal enum PublishFlags
{
    None = 0,
    Retain = 1,
    Duplicate = 8,
}
