namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>SUBACK and UNSUBACK.</summary>
internal readonly ref struct SubAckPacket
{
    public ushort PacketId { get; private init; }

    /// <summary>
    /// One code per filter: below 0x80 the QoS granted (of UNSUBACK: done, or there was nothing to do), else why it was refused. UNSUBACK has none in
    /// MQTT 3.1.1, where it is always granted.
    /// </summary>
    public byte[] Codes { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    /// <summary>
    /// Writes SUBACK or UNSUBACK, in MQTT 3.1.1 the latter without its codes; <paramref name="properties"/> is the encoded block without its length, for MQTT 5
    /// only.
    /// </summary>
    public static void Write(PacketBuffer buffer, MqttProtocol protocol, PacketType type, ushort packetId, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> properties = default)
    {
        buffer.WriteByte((int)type << 4);
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteBlock(properties);
        }

        if (protocol == MqttProtocol.V5 || type == PacketType.SubAck)
        {
            buffer.WriteRaw(codes);
        }

        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed.</exception>
    public static SubAckPacket Parse(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        ReadOnlySpan<byte> properties = protocol == MqttProtocol.V5 ? reader.ReadProperties(PropertySet.Acknowledgement) : default;
        return new SubAckPacket { PacketId = id, Codes = reader.Rest.ToArray(), Properties = properties };
    }
}
