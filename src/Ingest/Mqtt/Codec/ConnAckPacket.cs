using System.Text;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>CONNACK; the code is always MQTT 5's, 3.1.1's are translated.</summary>
internal sealed record ConnAckPacket
{
    public bool SessionPresent { get; init; }

    public int Code { get; init; }

    /// <summary>The broker's own words, where it gave any.</summary>
    public string? ReasonString { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The highest QoS the broker takes.</summary>
    public int MaximumQos { get; init; } = 2;

    /// <summary>The longest packet the broker takes; 0: no limit.</summary>
    public uint MaximumPacketBytes { get; init; }

    /// <summary>Overrides the client's keep-alive where present, s.</summary>
    public int? ServerKeepAliveSeconds { get; init; }

    public string? AssignedClientId { get; init; }

    /// <summary>Where to go instead, with the codes 0x9C and 0x9D.</summary>
    public string? ServerReference { get; init; }

    /// <summary>How long the broker keeps the session where it does not grant what was asked, s.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>False: the broker keeps no message for later subscribers, and takes none that asks for it.</summary>
    public bool RetainAvailable { get; init; } = true;

    public bool SharedSubscriptionAvailable { get; init; } = true;

    public bool WildcardSubscriptionAvailable { get; init; } = true;

    public void Write(PacketBuffer buffer, MqttProtocol protocol)
    {
        buffer.WriteByte((int)PacketType.ConnAck << 4);
        int packet = buffer.BeginPart();
        buffer.WriteByte(SessionPresent ? 1 : 0);
        if (protocol == MqttProtocol.V311)
        {
            buffer.WriteByte(Code switch { 0 => 0, 0x84 => 1, 0x85 => 2, 0x86 => 4, 0x87 => 5, _ => 3 });
            buffer.EndPart(packet);
            return;
        }

        buffer.WriteByte(Code);
        int properties = buffer.BeginPart();
        if (ReceiveMaximum < ushort.MaxValue)
        {
            buffer.WriteByte((int)PropertyId.ReceiveMaximum);
            buffer.WriteUInt16(ReceiveMaximum);
        }

        if (MaximumQos < 2)
        {
            buffer.WriteByte((int)PropertyId.MaximumQos);
            buffer.WriteByte(MaximumQos);
        }

        if (MaximumPacketBytes > 0)
        {
            buffer.WriteByte((int)PropertyId.MaximumPacketSize);
            buffer.WriteUInt32(MaximumPacketBytes);
        }

        if (AssignedClientId is not null)
        {
            buffer.WriteByte((int)PropertyId.AssignedClientIdentifier);
            buffer.WriteText(AssignedClientId);
        }

        WriteRest(buffer);
        buffer.EndPart(properties);
        buffer.EndPart(packet);
    }

    public static ConnAckPacket Parse(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        bool sessionPresent = (reader.ReadByte() & 1) != 0;
        int code = reader.ReadByte();
        // A 3.1.1 broker refuses a CONNECT of version 5 in its own format, without properties.
        if (protocol == MqttProtocol.V311 || reader.IsAtEnd)
        {
            return new ConnAckPacket { SessionPresent = sessionPresent, Code = code < 0x80 ? ReasonText.FromV311ConnAck(code) : code };
        }

        return new ConnAckPacket { SessionPresent = sessionPresent, Code = code }.WithProperties(reader.ReadProperties());
    }

    private void WriteRest(PacketBuffer buffer)
    {
        if (ReasonString is not null)
        {
            buffer.WriteByte((int)PropertyId.ReasonString);
            buffer.WriteText(ReasonString);
        }

        if (ServerReference is not null)
        {
            buffer.WriteByte((int)PropertyId.ServerReference);
            buffer.WriteText(ServerReference);
        }

        if (ServerKeepAliveSeconds is { } keepAlive)
        {
            buffer.WriteByte((int)PropertyId.ServerKeepAlive);
            buffer.WriteUInt16(keepAlive);
        }

        if (SessionExpirySeconds is { } expiry)
        {
            buffer.WriteByte((int)PropertyId.SessionExpiryInterval);
            buffer.WriteUInt32(expiry);
        }

        WriteUnavailable(buffer, PropertyId.RetainAvailable, RetainAvailable);
        WriteUnavailable(buffer, PropertyId.SharedSubscriptionAvailable, SharedSubscriptionAvailable);
        WriteUnavailable(buffer, PropertyId.WildcardSubscriptionAvailable, WildcardSubscriptionAvailable);
    }

    private static void WriteUnavailable(PacketBuffer buffer, PropertyId id, bool isAvailable)
    {
        if (!isAvailable)
        {
            buffer.WriteByte((int)id);
            buffer.WriteByte(0);
        }
    }

    private ConnAckPacket WithProperties(ReadOnlySpan<byte> properties)
    {
        ConnAckPacket packet = this;
        var reader = new PropertyReader(properties, PropertySet.ConnAck);
        while (reader.TryRead())
        {
            packet = reader.Id switch
            {
                PropertyId.ReasonString => packet with { ReasonString = Encoding.UTF8.GetString(reader.Bytes) },
                PropertyId.ReceiveMaximum => packet with { ReceiveMaximum = (ushort)InRange(reader, 1, ushort.MaxValue) },
                PropertyId.MaximumQos => packet with { MaximumQos = (int)InRange(reader, 0, 1) },
                PropertyId.MaximumPacketSize => packet with { MaximumPacketBytes = InRange(reader, 1, uint.MaxValue) },
                PropertyId.ServerKeepAlive => packet with { ServerKeepAliveSeconds = (int)reader.Number },
                PropertyId.ServerReference => packet with { ServerReference = Encoding.UTF8.GetString(reader.Bytes) },
                PropertyId.SessionExpiryInterval => packet with { SessionExpirySeconds = reader.Number },
                PropertyId.RetainAvailable => packet with { RetainAvailable = reader.Number != 0 },
                PropertyId.SharedSubscriptionAvailable => packet with { SharedSubscriptionAvailable = reader.Number != 0 },
                PropertyId.WildcardSubscriptionAvailable => packet with { WildcardSubscriptionAvailable = reader.Number != 0 },
                PropertyId.AssignedClientIdentifier => packet with { AssignedClientId = Encoding.UTF8.GetString(reader.Bytes) },
                _ => packet,
            };
        }

        return packet;
    }

    private static uint InRange(in PropertyReader reader, uint lowest, uint highest) => reader.Number >= lowest && reader.Number <= highest
        ? reader.Number
        : throw new MqttProtocolException($"property {(int)reader.Id} is {reader.Number}, outside {lowest}..{highest}", ReasonCode.ProtocolError);
}
