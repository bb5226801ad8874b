namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>CONNECT.</summary>
internal sealed record ConnectPacket
{
    private const int UserFlag = 0x80;
    private const int PasswordFlag = 0x40;
    private const int WillRetainFlag = 0x20;
    private const int WillFlag = 0x04;
    private const int CleanFlag = 0x02;

    public required MqttProtocol Protocol { get; init; }

    public required string ClientId { get; init; }

    public bool CleanStart { get; init; } = true;

    public ushort KeepAliveSeconds { get; init; }

    public string? User { get; init; }

    public byte[]? Password { get; init; }

    public uint SessionExpirySeconds { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public ushort TopicAliasMaximum { get; init; }

    public MqttWill? Will { get; init; }

    public void Write(PacketBuffer buffer)
    {
        buffer.WriteByte((int)PacketType.Connect << 4);
        int packet = buffer.BeginPart();
        buffer.WriteBinary("MQTT"u8);
        buffer.WriteByte((int)Protocol);
        buffer.WriteByte(Flags());
        buffer.WriteUInt16(KeepAliveSeconds);
        if (Protocol == MqttProtocol.V5)
        {
            WriteProperties(buffer);
        }

        buffer.WriteText(ClientId);
        if (Will is not null)
        {
            WriteWill(buffer, Will);
        }

        if (User is not null)
        {
            buffer.WriteText(User);
        }

        if (Password is not null)
        {
            buffer.WriteBinary(Password);
        }

        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed, or a protocol level other than 4 and 5.</exception>
    public static ConnectPacket Parse(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        bool isMqtt = reader.ReadText().SequenceEqual("MQTT"u8);
        int level = reader.ReadByte();
        if (!isMqtt || level is not (4 or 5))
        {
            throw new MqttProtocolException("CONNECT asks for neither MQTT 3.1.1 nor 5", ReasonCode.UnsupportedProtocolVersion);
        }

        int flags = reader.ReadByte();
        bool hasWill = (flags & WillFlag) != 0;
        if ((flags & 1) != 0 || ((flags >> 3) & 3) == 3 || (!hasWill && (flags & (WillRetainFlag | (3 << 3))) != 0))
        {
            throw new MqttProtocolException("CONNECT has flags that may not be set");
        }

        var packet = new ConnectPacket
        {
            Protocol = (MqttProtocol)level,
            ClientId = "",
            CleanStart = (flags & CleanFlag) != 0,
            KeepAliveSeconds = reader.ReadUInt16(),
        };
        if (level == 5)
        {
            packet = packet.WithProperties(reader.ReadProperties());
        }

        packet = packet with { ClientId = reader.ReadString() };
        packet = packet with { Will = hasWill ? ReadWill(ref reader, flags, packet.Protocol) : null };
        packet = packet with
        {
            User = (flags & UserFlag) != 0 ? reader.ReadString() : null,
            Password = (flags & PasswordFlag) != 0 ? reader.ReadBinary().ToArray() : null,
        };
        reader.ExpectEnd(PacketType.Connect);
        return packet;
    }

    private int Flags()
    {
        int flags = (CleanStart ? CleanFlag : 0) | (User is null ? 0 : UserFlag) | (Password is null ? 0 : PasswordFlag);
        return Will is null ? flags : flags | WillFlag | ((int)Will.Qos << 3) | (Will.Retain ? WillRetainFlag : 0);
    }

    private void WriteWill(PacketBuffer buffer, MqttWill will)
    {
        if (Protocol == MqttProtocol.V5)
        {
            int properties = buffer.BeginPart();
            if (will.Delay > TimeSpan.Zero)
            {
                buffer.WriteByte((int)PropertyId.WillDelayInterval);
                buffer.WriteUInt32((uint)will.Delay.TotalSeconds);
            }

            buffer.EndPart(properties);
        }

        buffer.WriteText(will.Topic);
        buffer.WriteBinary(will.Payload.Span);
    }

    private void WriteProperties(PacketBuffer buffer)
    {
        int properties = buffer.BeginPart();
        if (SessionExpirySeconds > 0)
        {
            buffer.WriteByte((int)PropertyId.SessionExpiryInterval);
            buffer.WriteUInt32(SessionExpirySeconds);
        }

        if (ReceiveMaximum < ushort.MaxValue)
        {
            buffer.WriteByte((int)PropertyId.ReceiveMaximum);
            buffer.WriteUInt16(ReceiveMaximum);
        }

        if (TopicAliasMaximum > 0)
        {
            buffer.WriteByte((int)PropertyId.TopicAliasMaximum);
            buffer.WriteUInt16(TopicAliasMaximum);
        }

        buffer.EndPart(properties);
    }

    private ConnectPacket WithProperties(ReadOnlySpan<byte> properties)
    {
        uint expiry = SessionExpirySeconds;
        uint receiveMaximum = ReceiveMaximum;
        uint aliases = TopicAliasMaximum;
        var reader = new PropertyReader(properties, PropertySet.Connect);
        while (reader.TryRead())
        {
            switch (reader.Id)
            {
                case PropertyId.SessionExpiryInterval:
                    expiry = reader.Number;
                    break;
                case PropertyId.ReceiveMaximum when reader.Number > 0:
                    receiveMaximum = reader.Number;
                    break;
                case PropertyId.ReceiveMaximum:
                    throw new MqttProtocolException("Receive Maximum 0", ReasonCode.ProtocolError);
                case PropertyId.TopicAliasMaximum:
                    aliases = reader.Number;
                    break;
            }
        }

        return this with { SessionExpirySeconds = expiry, ReceiveMaximum = (ushort)receiveMaximum, TopicAliasMaximum = (ushort)aliases };
    }

    private static MqttWill ReadWill(ref PacketReader reader, int flags, MqttProtocol protocol)
    {
        uint delay = 0;
        if (protocol == MqttProtocol.V5)
        {
            var properties = new PropertyReader(reader.ReadProperties(), PropertySet.Will);
            while (properties.TryRead())
            {
                delay = properties.Id == PropertyId.WillDelayInterval ? properties.Number : delay;
            }
        }

        string topic = reader.ReadString();
        return new MqttWill(topic, reader.ReadBinary().ToArray())
        {
            Qos = (MqttQos)((flags >> 3) & 3),
            Retain = (flags & WillRetainFlag) != 0,
            Delay = TimeSpan.FromSeconds(delay),
        };
    }
}
