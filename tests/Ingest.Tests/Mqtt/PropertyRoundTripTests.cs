using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Every MQTT 5 property, and every packet that carries some, with arbitrary contents.</summary>
public sealed class PropertyRoundTripTests
{
    private static readonly PropertyId[] Ids = Enum.GetValues<PropertyId>();

    [Fact]
    public void PropertyReader_AnyProperties_RoundTrip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Id, uint Number, NonNull<string> Name, NonNull<string> Value)[]>(), properties =>
        {
            var buffer = new PacketBuffer();
            (PropertyId Id, uint Number, string Name, string Value)[] written =
                [.. properties.Select(property => (Ids[property.Id % Ids.Length], property.Number, Clean(property.Name.Get), Clean(property.Value.Get)))];
            foreach ((PropertyId id, uint number, string name, string value) in written)
            {
                Write(buffer, id, number, name, value);
            }

            var reader = new PropertyReader(buffer.Written);
            foreach ((PropertyId id, uint number, string name, string value) in written)
            {
                bool isSame = reader.TryRead() && reader.Id == id && WidthOf(id) switch
                {
                    Width.Text => reader.Bytes.SequenceEqual(Encoding.UTF8.GetBytes(value)),
                    Width.Pair => reader.Name.SequenceEqual(Encoding.UTF8.GetBytes(name)) && reader.Bytes.SequenceEqual(Encoding.UTF8.GetBytes(value)),
                    var width => reader.Number == Cut(number, width),
                };
                if (!isSame)
                {
                    return false;
                }
            }

            return !reader.TryRead();
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Connect_AnyContent_RoundTrips(MqttProtocol protocol) =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(bool Clean, ushort KeepAlive, uint Expiry, ushort Receive, ushort Aliases)>(),
            ArbMap.Default.ArbFor<(NonNull<string> Id, string? User, byte[]? Password, NonNull<string> Topic, byte[]? Will, byte Qos, bool Retain)>(),
            (numbers, texts) =>
            {
                bool isV5 = protocol == MqttProtocol.V5;
                var packet = new ConnectPacket
                {
                    Protocol = protocol,
                    ClientId = Clean(texts.Id.Get),
                    CleanStart = numbers.Clean,
                    KeepAliveSeconds = numbers.KeepAlive,
                    User = texts.User is null ? null : Clean(texts.User),
                    Password = texts.Password,
                    SessionExpirySeconds = isV5 ? numbers.Expiry : 0,
                    ReceiveMaximum = isV5 ? Math.Max((ushort)1, numbers.Receive) : ushort.MaxValue,
                    TopicAliasMaximum = isV5 ? numbers.Aliases : (ushort)0,
                    Will = texts.Will is null ? null : new MqttWill(Clean(texts.Topic.Get), texts.Will)
                    {
                        Qos = (MqttQos)(texts.Qos % 3),
                        Retain = texts.Retain,
                        Delay = isV5 ? TimeSpan.FromSeconds(numbers.Expiry) : TimeSpan.Zero,
                    },
                };
                var buffer = new PacketBuffer();
                packet.Write(buffer);
                var read = ConnectPacket.Parse(OnlyBody(buffer));
                return Equal(packet.Password, read.Password) && Equal(packet.Will?.Payload.ToArray(), read.Will?.Payload.ToArray())
                    && Bare(packet) == Bare(read);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void ConnAck_AnyContent_RoundTripsInV5() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(bool Present, byte Code, ushort Receive, byte Qos, uint Packet, ushort KeepAlive)>(),
            ArbMap.Default.ArbFor<(string? Reason, string? Id, string? Server, uint Expiry, bool Shared, bool Wildcard, bool Retain)>(),
            (numbers, texts) =>
            {
                var packet = new ConnAckPacket
                {
                    SessionPresent = numbers.Present,
                    Code = numbers.Code,
                    ReceiveMaximum = Math.Max((ushort)1, numbers.Receive),
                    MaximumQos = numbers.Qos % 3,
                    MaximumPacketBytes = numbers.Packet,
                    ServerKeepAliveSeconds = numbers.KeepAlive,
                    ReasonString = texts.Reason is null ? null : Clean(texts.Reason),
                    AssignedClientId = texts.Id is null ? null : Clean(texts.Id),
                    ServerReference = texts.Server is null ? null : Clean(texts.Server),
                    SessionExpirySeconds = texts.Expiry,
                    RetainAvailable = texts.Retain,
                    SharedSubscriptionAvailable = texts.Shared,
                    WildcardSubscriptionAvailable = texts.Wildcard,
                };
                var buffer = new PacketBuffer();
                packet.Write(buffer, MqttProtocol.V5);
                return packet == ConnAckPacket.Parse(OnlyBody(buffer), MqttProtocol.V5);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Subscribe_AnyFilters_RoundTrip(MqttProtocol protocol) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NonEmptyArray<(NonNull<string> Filter, byte Qos)> Filters, ushort Id)>(), input =>
        {
            MqttSubscription[] wanted = [.. input.Filters.Get.Select(filter => new MqttSubscription(Clean(filter.Filter.Get), (MqttQos)(filter.Qos % 3)))];
            ushort id = Math.Max((ushort)1, input.Id);
            var buffer = new PacketBuffer();
            SubscribePacket.Write(buffer, protocol, id, wanted);
            (ushort readId, List<SubscribeRequest> read) = SubscribePacket.Parse(OnlyBody(buffer), protocol);
            return readId == id && wanted.SequenceEqual(read.Select(request => new MqttSubscription(request.Filter, request.Qos)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Unsubscribe_AnyFilters_AreRead(MqttProtocol protocol) =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<NonNull<string>>>(), filters =>
        {
            string[] wanted = [.. filters.Get.Select(filter => Clean(filter.Get))];
            var buffer = new PacketBuffer();
            buffer.WriteByte(((int)PacketType.Unsubscribe << 4) | 2);
            int packet = buffer.BeginPart();
            buffer.WriteUInt16(5);
            if (protocol == MqttProtocol.V5)
            {
                buffer.WriteVariable(0);
            }

            foreach (string filter in wanted)
            {
                buffer.WriteText(filter);
            }

            buffer.EndPart(packet);
            (ushort id, List<string> read) = SubscribePacket.ParseUnsubscribe(OnlyBody(buffer), protocol);
            return id == 5 && wanted.SequenceEqual(read);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311, PacketType.SubAck)]
    [InlineData(MqttProtocol.V5, PacketType.SubAck)]
    [InlineData(MqttProtocol.V5, PacketType.UnsubAck)]
    public void SubAckAndUnsubAck_AnyCodes_RoundTrip(MqttProtocol protocol, object type) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Codes, ushort Id)>(), input =>
        {
            var buffer = new PacketBuffer();
            SubscribePacket.WriteAck(buffer, protocol, (PacketType)type, input.Id, input.Codes);
            (ushort id, byte[] codes) = SubscribePacket.ParseAck(OnlyBody(buffer), protocol);
            return id == input.Id && codes.SequenceEqual(input.Codes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Acknowledgements_AnyIdentifierAndCode_RoundTrip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Id, byte Code)>(), input =>
        {
            var buffer = new PacketBuffer();
            bool isSame = true;
            foreach (PacketType type in (PacketType[])[PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp])
            {
                buffer.Reset();
                AckPacket.Write(buffer, type, input.Id);
                isSame &= AckPacket.Parse(OnlyBody(buffer)) == (input.Id, 0);
                // MQTT 5 may add a reason and properties.
                isSame &= AckPacket.Parse([(byte)(input.Id >> 8), (byte)input.Id, input.Code, 0]) == (input.Id, input.Code);
            }

            return isSame;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Disconnect_AnyReason_IsRead() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Code, NonNull<string> Reason)>(), input =>
        {
            var buffer = new PacketBuffer();
            buffer.WriteByte(input.Code);
            int properties = buffer.BeginPart();
            Write(buffer, PropertyId.ReasonString, 0, "", Clean(input.Reason.Get));
            Write(buffer, PropertyId.ServerReference, 0, "", "b:1");
            buffer.EndPart(properties);
            (string words, string? server) = ControlPacket.ParseDisconnect(buffer.Written, MqttProtocol.V5);
            return words.StartsWith(ReasonText.Of(input.Code), StringComparison.Ordinal) && words.EndsWith(ReasonText.Quote(Clean(input.Reason.Get)), StringComparison.Ordinal)
                && server == (input.Code is 0x9C or 0x9D ? "b:1" : null);
        }).QuickCheckThrowOnFailure();

    private enum Width
    {
        One,
        Two,
        Four,
        Variable,
        Text,
        Pair,
    }

    // Table 2-4 of the specification, written down again so that the reader's own table is checked against it.
    private static Width WidthOf(PropertyId id) => (int)id switch
    {
        1 or 23 or 25 or 36 or 37 or 40 or 41 or 42 => Width.One,
        19 or 33 or 34 or 35 => Width.Two,
        2 or 17 or 24 or 39 => Width.Four,
        11 => Width.Variable,
        38 => Width.Pair,
        _ => Width.Text,
    };

    private static uint Cut(uint number, Width width) => width switch
    {
        Width.One => (byte)number,
        Width.Two => (ushort)number,
        Width.Variable => number & 0x0FFFFFFF,
        _ => number,
    };

    private static void Write(PacketBuffer buffer, PropertyId id, uint number, string name, string value)
    {
        buffer.WriteByte((int)id);
        Width width = WidthOf(id);
        number = Cut(number, width);
        switch (width)
        {
            case Width.One:
                buffer.WriteByte((int)number);
                break;
            case Width.Two:
                buffer.WriteUInt16((int)number);
                break;
            case Width.Four:
                buffer.WriteUInt32(number);
                break;
            case Width.Variable:
                buffer.WriteVariable((int)number);
                break;
            default:
                if (width == Width.Pair)
                {
                    buffer.WriteText(name);
                }

                buffer.WriteText(value);
                break;
        }
    }

    private static ConnectPacket Bare(ConnectPacket packet) =>
        packet with { Password = null, Will = packet.Will is null ? null : packet.Will with { Payload = default } };

    private static bool Equal(byte[]? first, byte[]? second) => first is null ? second is null : second is not null && first.SequenceEqual(second);

    private static string Clean(string text) => string.Concat(text.Where(c => c != 0 && !char.IsSurrogate(c)).Take(1000));

    private static ReadOnlySpan<byte> OnlyBody(PacketBuffer buffer)
    {
        Assert.True(FrameHeader.TryParse(buffer.Written, out FrameHeader header));
        Assert.Equal(buffer.Count, header.Size + header.BodyLength);
        return buffer.Written[header.Size..];
    }
}
