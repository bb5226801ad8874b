namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK.</summary>
internal static class SubscribePacket
{
    // MQTT 5 only: retained messages come with a new subscription, not again with one that the session already has.
    private const int RetainIfNew = 1 << 4;

    public static void Write(PacketBuffer buffer, MqttProtocol protocol, ushort packetId, IReadOnlyList<MqttSubscription> subscriptions)
    {
        buffer.WriteByte(((int)PacketType.Subscribe << 4) | 2);
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteVariable(0);
        }

        foreach (MqttSubscription subscription in subscriptions)
        {
            buffer.WriteText(subscription.Filter);
            buffer.WriteByte((int)subscription.Qos | (protocol == MqttProtocol.V5 ? RetainIfNew : 0));
        }

        buffer.EndPart(packet);
    }

    public static (ushort PacketId, List<SubscribeRequest> Requests) Parse(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        if (protocol == MqttProtocol.V5)
        {
            PropertySet.Check(reader.ReadProperties(), PropertySet.Subscribe);
        }

        List<SubscribeRequest> requests = [];
        while (!reader.IsAtEnd)
        {
            string filter = reader.ReadString();
            int options = reader.ReadByte();
            int qos = options & 3;
            requests.Add(new SubscribeRequest(
                filter, qos < 3 ? (MqttQos)qos : throw new MqttProtocolException("SUBSCRIBE with QoS 3"), (options >> 4) & 3));
        }

        return requests.Count > 0 && id > 0
            ? (id, requests)
            : throw new MqttProtocolException("SUBSCRIBE without filter or identifier", ReasonCode.ProtocolError);
    }

    public static (ushort PacketId, List<string> Filters) ParseUnsubscribe(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        if (protocol == MqttProtocol.V5)
        {
            PropertySet.Check(reader.ReadProperties(), PropertySet.Unsubscribe);
        }

        List<string> filters = [];
        while (!reader.IsAtEnd)
        {
            filters.Add(reader.ReadString());
        }

        return filters.Count > 0 && id > 0
            ? (id, filters)
            : throw new MqttProtocolException("UNSUBSCRIBE without filter or identifier", ReasonCode.ProtocolError);
    }

    /// <summary>Writes SUBACK or UNSUBACK; the latter has no codes in MQTT 3.1.1.</summary>
    public static void WriteAck(PacketBuffer buffer, MqttProtocol protocol, PacketType type, ushort packetId, ReadOnlySpan<byte> codes)
    {
        buffer.WriteByte((int)type << 4);
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteVariable(0);
        }

        if (protocol == MqttProtocol.V5 || type == PacketType.SubAck)
        {
            buffer.WriteRaw(codes);
        }

        buffer.EndPart(packet);
    }

    /// <summary>The packet identifier and one code per filter: below 0x80 the QoS granted, else why it was refused.</summary>
    public static (ushort PacketId, byte[] Codes) ParseAck(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        if (protocol == MqttProtocol.V5)
        {
            PropertySet.Check(reader.ReadProperties(), PropertySet.Acknowledgement);
        }

        return (id, reader.Rest.ToArray());
    }
}

/// <summary>One filter of a SUBSCRIBE.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">Highest QoS wanted.</param>
/// <param name="RetainHandling">Retained messages: 0 always, 1 if the subscription is new, 2 never; 0 with MQTT 3.1.1.</param>
internal readonly record struct SubscribeRequest(string Filter, MqttQos Qos, int RetainHandling);
