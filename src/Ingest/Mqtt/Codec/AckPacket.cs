namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP.</summary>
internal static class AckPacket
{
    /// <summary>Writes the four bytes of a success, which both versions share.</summary>
    public static void Write(PacketBuffer buffer, PacketType type, ushort packetId)
    {
        buffer.WriteByte(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        buffer.WriteByte(2);
        buffer.WriteUInt16(packetId);
    }

    /// <summary>The packet identifier and the reason code, 0 where none is given.</summary>
    public static (ushort PacketId, int Code) Parse(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        int code = reader.IsAtEnd ? 0 : reader.ReadByte();
        if (!reader.IsAtEnd)
        {
            PropertySet.Check(reader.ReadProperties(), PropertySet.Acknowledgement);
        }

        return (id, code);
    }
}
