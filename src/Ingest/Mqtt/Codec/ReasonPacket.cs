namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>DISCONNECT and AUTH of MQTT 5: a reason and properties.</summary>
internal readonly ref struct ReasonPacket
{
    public int Code { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    /// <summary>Writes DISCONNECT or AUTH; <paramref name="properties"/> is the encoded block without its length. None, and a code of 0, are left out.</summary>
    public static void Write(PacketBuffer buffer, PacketType type, int code, ReadOnlySpan<byte> properties = default)
    {
        buffer.WriteByte((int)type << 4);
        int packet = buffer.BeginPart();
        if (code != 0 || !properties.IsEmpty)
        {
            buffer.WriteByte(code);
        }

        if (!properties.IsEmpty)
        {
            buffer.WriteBlock(properties);
        }

        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed.</exception>
    public static ReasonPacket Parse(ReadOnlySpan<byte> body, PacketType type)
    {
        var reader = new PacketReader(body);
        int code = reader.IsAtEnd ? 0 : reader.ReadByte();
        ReadOnlySpan<byte> properties = reader.IsAtEnd ? default : reader.ReadProperties(type == PacketType.Auth ? PropertySet.Auth : PropertySet.Disconnect);
        return new ReasonPacket { Code = code, Properties = properties };
    }
}
