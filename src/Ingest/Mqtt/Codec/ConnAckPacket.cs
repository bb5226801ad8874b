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

    /// <summary>Encoded properties besides those above (MQTT 5).</summary>
    public ReadOnlyMemory<byte> OtherProperties { get; init; }

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
        WriteUnless(buffer, PropertyId.ReceiveMaximum, ReceiveMaximum, ushort.MaxValue);
        WriteUnless(buffer, PropertyId.MaximumQos, (uint)MaximumQos, 2);
        WriteUnless(buffer, PropertyId.MaximumPacketSize, MaximumPacketBytes, 0);
        buffer.WriteProperty(PropertyId.AssignedClientIdentifier, AssignedClientId);
        buffer.WriteProperty(PropertyId.ReasonString, ReasonString);
        buffer.WriteProperty(PropertyId.ServerReference, ServerReference);
        WriteUnless(buffer, PropertyId.ServerKeepAlive, (uint?)ServerKeepAliveSeconds, null);
        WriteUnless(buffer, PropertyId.SessionExpiryInterval, SessionExpirySeconds, null);
        WriteUnless(buffer, PropertyId.RetainAvailable, RetainAvailable ? 1u : 0, 1);
        WriteUnless(buffer, PropertyId.SharedSubscriptionAvailable, SharedSubscriptionAvailable ? 1u : 0, 1);
        WriteUnless(buffer, PropertyId.WildcardSubscriptionAvailable, WildcardSubscriptionAvailable ? 1u : 0, 1);
        buffer.WriteRaw(OtherProperties.Span);
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

    private static void WriteUnless(PacketBuffer buffer, PropertyId id, uint? value, uint? absent)
    {
        if (value != absent)
        {
            buffer.WriteProperty(id, value.GetValueOrDefault());
        }
    }

    private ConnAckPacket WithProperties(ReadOnlySpan<byte> properties)
    {
        ConnAckPacket packet = this;
        var others = new PacketBuffer(properties.Length);
        var reader = new PropertyReader(properties, PropertySet.ConnAck);
        while (reader.TryRead())
        {
            ConnAckPacket before = packet;
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
                _ => before,
            };
            if (ReferenceEquals(packet, before))
            {
                others.WriteRaw(reader.Encoded);
            }
        }

        return packet with { OtherProperties = others.Count == 0 ? default : others.WrittenMemory };
    }

    private static uint InRange(in PropertyReader reader, uint lowest, uint highest) => reader.Number >= lowest && reader.Number <= highest
        ? reader.Number
        : throw new MqttProtocolException($"property {(int)reader.Id} is {reader.Number}, outside {lowest}..{highest}", ReasonCode.ProtocolError);
}
