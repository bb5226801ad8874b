namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>UNSUBSCRIBE.</summary>
internal readonly ref struct UnsubscribePacket
{
    public ushort PacketId { get; private init; }

    public List<string> Filters { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    /// <summary>Writes the packet; <paramref name="properties"/> is the encoded block without its length, for MQTT 5 only.</summary>
    public static void Write(PacketBuffer buffer, MqttProtocol protocol, ushort packetId, IEnumerable<string> filters, ReadOnlySpan<byte> properties = default)
    {
        buffer.WriteByte(((int)PacketType.Unsubscribe << 4) | 2);
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteBlock(properties);
        }

        foreach (string filter in filters)
        {
            buffer.WriteText(filter);
        }

        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed, or without filter or identifier.</exception>
    public static UnsubscribePacket Parse(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        ReadOnlySpan<byte> properties = protocol == MqttProtocol.V5 ? reader.ReadProperties(PropertySet.Unsubscribe) : default;
        List<string> filters = [];
        while (!reader.IsAtEnd)
        {
            filters.Add(reader.ReadString());
        }

        return filters.Count > 0 && id > 0
            ? new UnsubscribePacket { PacketId = id, Filters = filters, Properties = properties }
            : throw new MqttProtocolException("UNSUBSCRIBE without filter or identifier", ReasonCode.ProtocolError);
    }
}
