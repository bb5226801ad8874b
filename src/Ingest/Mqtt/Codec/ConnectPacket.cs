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

    /// <summary>Encoded properties besides those above (MQTT 5).</summary>
    public ReadOnlyMemory<byte> OtherProperties { get; init; }

    /// <summary>Encoded properties of the will besides its delay (MQTT 5).</summary>
    public ReadOnlyMemory<byte> OtherWillProperties { get; init; }

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
        packet = hasWill ? packet.WithWill(ref reader, flags) : packet;
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
                buffer.WriteProperty(PropertyId.WillDelayInterval, (uint)will.Delay.TotalSeconds);
            }

            buffer.WriteRaw(OtherWillProperties.Span);
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
            buffer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpirySeconds);
        }

        if (ReceiveMaximum < ushort.MaxValue)
        {
            buffer.WriteProperty(PropertyId.ReceiveMaximum, ReceiveMaximum);
        }

        if (TopicAliasMaximum > 0)
        {
            buffer.WriteProperty(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
        }

        buffer.WriteRaw(OtherProperties.Span);
        buffer.EndPart(properties);
    }

    private ConnectPacket WithProperties(ReadOnlySpan<byte> properties)
    {
        uint expiry = SessionExpirySeconds;
        uint receiveMaximum = ReceiveMaximum;
        uint aliases = TopicAliasMaximum;
        var others = new PacketBuffer(properties.Length);
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
                default:
                    others.WriteRaw(reader.Encoded);
                    break;
            }
        }

        return this with
        {
            SessionExpirySeconds = expiry,
            ReceiveMaximum = (ushort)receiveMaximum,
            TopicAliasMaximum = (ushort)aliases,
            OtherProperties = others.Count == 0 ? default : others.WrittenMemory,
        };
    }

    private ConnectPacket WithWill(ref PacketReader reader, int flags)
    {
        uint delay = 0;
        ReadOnlySpan<byte> block = Protocol == MqttProtocol.V5 ? reader.ReadProperties() : default;
        var others = new PacketBuffer(block.Length);
        var properties = new PropertyReader(block, PropertySet.Will);
        while (properties.TryRead())
        {
            if (properties.Id == PropertyId.WillDelayInterval)
            {
                delay = properties.Number;
            }
            else
            {
                others.WriteRaw(properties.Encoded);
            }
        }

        string topic = reader.ReadString();
        var will = new MqttWill(topic, reader.ReadBinary().ToArray())
        {
            Qos = (MqttQos)((flags >> 3) & 3),
            Retain = (flags & WillRetainFlag) != 0,
            Delay = TimeSpan.FromSeconds(delay),
        };
        return this with { Will = will, OtherWillProperties = others.Count == 0 ? default : others.WrittenMemory };
    }
}
