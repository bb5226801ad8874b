namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>SUBSCRIBE.</summary>
internal readonly ref struct SubscribePacket
{
    public ushort PacketId { get; private init; }

    public List<SubscribeRequest> Requests { get; private init; }

    public ReadOnlySpan<byte> Properties { get; private init; }

    /// <summary>Writes the packet; <paramref name="properties"/> is the encoded block without its length, for MQTT 5 only.</summary>
    public static void Write(PacketBuffer buffer, MqttProtocol protocol, ushort packetId, IEnumerable<SubscribeRequest> requests, ReadOnlySpan<byte> properties = default)
    {
        buffer.WriteByte(((int)PacketType.Subscribe << 4) | 2);
        int packet = buffer.BeginPart();
        buffer.WriteUInt16(packetId);
        if (protocol == MqttProtocol.V5)
        {
            buffer.WriteBlock(properties);
        }

        foreach (SubscribeRequest request in requests)
        {
            buffer.WriteText(request.Filter);
            buffer.WriteByte(protocol == MqttProtocol.V5 ? request.Options : (int)request.Qos);
        }

        buffer.EndPart(packet);
    }

    /// <exception cref="MqttProtocolException">Malformed, or without filter or identifier.</exception>
    public static SubscribePacket Parse(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        ReadOnlySpan<byte> properties = protocol == MqttProtocol.V5 ? reader.ReadProperties(PropertySet.Subscribe) : default;
        List<SubscribeRequest> requests = [];
        while (!reader.IsAtEnd)
        {
            requests.Add(SubscribeRequest.Parse(reader.ReadString(), reader.ReadByte(), protocol));
        }

        return requests.Count > 0 && id > 0
            ? new SubscribePacket { PacketId = id, Requests = requests, Properties = properties }
            : throw new MqttProtocolException("SUBSCRIBE without filter or identifier", ReasonCode.ProtocolError);
    }

    public void Deconstruct(out ushort packetId, out List<SubscribeRequest> requests) => (packetId, requests) = (PacketId, Requests);
}

/// <summary>One filter of a SUBSCRIBE; all but filter and QoS are MQTT 5's.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">Highest QoS wanted.</param>
/// <param name="RetainHandling">Retained messages: 0 always, 1 if the subscription is new, 2 never.</param>
/// <param name="NoLocal">True: not what the same client published.</param>
/// <param name="RetainAsPublished">True: messages keep their RETAIN flag.</param>
internal readonly record struct SubscribeRequest(string Filter, MqttQos Qos, int RetainHandling = 0, bool NoLocal = false, bool RetainAsPublished = false)
{
    private const int NoLocalBit = 1 << 2;
    private const int RetainAsPublishedBit = 1 << 3;
    private const int RetainHandlingShift = 4;

    /// <summary>The subscription options of MQTT 5 (3.8.3.1).</summary>
    public int Options => (int)Qos | (NoLocal ? NoLocalBit : 0) | (RetainAsPublished ? RetainAsPublishedBit : 0) | (RetainHandling << RetainHandlingShift);

    /// <exception cref="MqttProtocolException">QoS 3, retain handling 3, or a reserved bit.</exception>
    public static SubscribeRequest Parse(string filter, int options, MqttProtocol protocol)
    {
        var request = new SubscribeRequest(
            filter, (MqttQos)(options & 3), options >> RetainHandlingShift, (options & NoLocalBit) != 0, (options & RetainAsPublishedBit) != 0);
        bool isLegal = (options & 3) < 3 && (protocol == MqttProtocol.V5 ? request.RetainHandling < 3 : options < 3);
        return isLegal ? request : throw new MqttProtocolException($"SUBSCRIBE with the options {options}");
    }
}
