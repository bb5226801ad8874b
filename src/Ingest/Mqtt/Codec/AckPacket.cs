namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP.</summary>
internal readonly ref struct AckPacket
{
    public ushort PacketId { get; private init; }

    /// <summary>The reason code, 0 where none is given.</summary>
    public int Code { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    /// <summary>Writes the four bytes of a success, which both versions share.</summary>
    public static void Write(PacketBuffer buffer, PacketType type, ushort packetId)
    {
        buffer.WriteByte(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        buffer.WriteByte(2);
        buffer.WriteUInt16(packetId);
    }

    /// <summary>Writes an acknowledgement of MQTT 5 with its reason, in full; <paramref name="properties"/> is the encoded block without its length.</summary>
    public static void Write(PacketBuffer buffer, PacketType type, ushort packetId, int code, ReadOnlySpan<byte> properties)
    {
        buffer.WriteByte(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        buffer.WriteByte(code);
        buffer.WriteBlock(properties);
        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed.</exception>
    public static AckPacket Parse(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        int code = reader.IsAtEnd ? 0 : reader.ReadByte();
        ReadOnlySpan<byte> properties = reader.IsAtEnd ? default : reader.ReadProperties(PropertySet.Acknowledgement);
        return new AckPacket { PacketId = id, Code = code, Properties = properties };
    }

    public void Deconstruct(out ushort packetId, out int code) => (packetId, code) = (PacketId, Code);
}
