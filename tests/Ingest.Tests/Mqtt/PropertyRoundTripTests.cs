using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;
using static Thrum.Ingest.Tests.Mqtt.PropertyPlaces;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Every MQTT 5 property, and every packet that carries some, with arbitrary contents.</summary>
public sealed class PropertyRoundTripTests
{
    public static TheoryData<string> Places => [.. Enum.GetNames<Place>()];

    [Fact]
    public void Table_EveryPropertyOfTheSpecification_IsKnownAndNoOther()
    {
        Assert.Equal(PropertyPlaces.Table.Select(row => row.Id), Enum.GetValues<PropertyId>().Select(id => (int)id));
        Assert.All(PropertyPlaces.Table, row => Assert.Equal(row.Kind, PropertyTable.KindOf((PropertyId)row.Id)));
        Assert.All(Enumerable.Range(0, 256).Except(PropertyPlaces.Table.Select(row => row.Id)), id => Assert.Throws<MqttProtocolException>(() => PropertyTable.KindOf((PropertyId)id)));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void EveryPlace_EachPropertyAlone_RoundTripsWhereItBelongsOnly(string name)
    {
        Place place = Enum.Parse<Place>(name);
        foreach ((int id, _, Place[] places) in PropertyPlaces.Table)
        {
            byte[] property = PropertyPlaces.Generate(id, 0x12345, "name", "välue");
            if (places.Contains(place))
            {
                Assert.Equal(property, PropertyPlaces.Carry(place, property));
            }
            else
            {
                Assert.Throws<MqttProtocolException>(() => PropertyPlaces.Carry(place, property));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void EveryPlace_AnyOfItsProperties_RoundTrip(string name)
    {
        Place place = Enum.Parse<Place>(name);
        int[] ids = PropertyPlaces.Of(place);
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Id, uint Number, NonNull<string> Name, NonNull<string> Value)[]>(), picks =>
        {
            var chosen = picks.Select(pick => (Id: ids[pick.Id % ids.Length], pick.Number, Name: Clean(pick.Name.Get), Value: Clean(pick.Value.Get)))
                .Where((pick, i) => MayRepeat(place, pick.Id) || picks.Take(i).All(before => ids[before.Id % ids.Length] != pick.Id));
            byte[] block = [.. chosen.SelectMany(pick => PropertyPlaces.Generate(pick.Id, pick.Number, pick.Name, pick.Value))];
            return PropertyPlaces.Split(block).SequenceEqual(PropertyPlaces.Split(PropertyPlaces.Carry(place, block)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void PropertyReader_AnyProperties_RoundTrip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Id, uint Number, NonNull<string> Name, NonNull<string> Value)[]>(), properties =>
        {
            var buffer = new PacketBuffer();
            (PropertyId Id, uint Number, byte[] Name, byte[] Value)[] written =
                [.. properties.Select(property => (
                    (PropertyId)PropertyPlaces.Table[property.Id % PropertyPlaces.Table.Length].Id, property.Number, Utf8(property.Name.Get), Utf8(property.Value.Get)))];
            foreach ((PropertyId id, uint number, byte[] name, byte[] value) in written)
            {
                Write(buffer, id, number, name, value);
            }

            var reader = new PropertyReader(buffer.Written);
            foreach ((PropertyId id, uint number, byte[] name, byte[] value) in written)
            {
                bool isSame = reader.TryRead() && reader.Id == id && PropertyTable.KindOf(id) switch
                {
                    PropertyKind.Text or PropertyKind.Binary => reader.Bytes.SequenceEqual(value),
                    PropertyKind.Pair => reader.Name.SequenceEqual(name) && reader.Bytes.SequenceEqual(value),
                    var kind => reader.Number == Cut(number, kind),
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
        Prop.ForAll(ArbMap.Default.ArbFor<(NonEmptyArray<(NonNull<string> Filter, byte Qos, byte Handling, bool NoLocal, bool Retain)> Filters, ushort Id)>(), input =>
        {
            SubscribeRequest[] wanted = [.. input.Filters.Get.Select(filter => protocol == MqttProtocol.V5
                ? new SubscribeRequest(Clean(filter.Filter.Get), (MqttQos)(filter.Qos % 3), filter.Handling % 3, filter.NoLocal, filter.Retain)
                : new SubscribeRequest(Clean(filter.Filter.Get), (MqttQos)(filter.Qos % 3)))];
            ushort id = Math.Max((ushort)1, input.Id);
            var buffer = new PacketBuffer();
            SubscribePacket.Write(buffer, protocol, id, wanted);
            (ushort readId, List<SubscribeRequest> read) = SubscribePacket.Parse(OnlyBody(buffer), protocol);
            return readId == id && wanted.SequenceEqual(read) && buffer.Written[0] == 0x82;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Unsubscribe_AnyFilters_RoundTrip(MqttProtocol protocol) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NonEmptyArray<NonNull<string>> Filters, ushort Id)>(), input =>
        {
            string[] wanted = [.. input.Filters.Get.Select(filter => Clean(filter.Get))];
            ushort id = Math.Max((ushort)1, input.Id);
            var buffer = new PacketBuffer();
            UnsubscribePacket.Write(buffer, protocol, id, wanted);
            var read = UnsubscribePacket.Parse(OnlyBody(buffer), protocol);
            return read.PacketId == id && wanted.SequenceEqual(read.Filters) && buffer.Written[0] == 0xA2;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311, PacketType.SubAck)]
    [InlineData(MqttProtocol.V311, PacketType.UnsubAck)]
    [InlineData(MqttProtocol.V5, PacketType.SubAck)]
    [InlineData(MqttProtocol.V5, PacketType.UnsubAck)]
    public void SubAckAndUnsubAck_AnyCodes_RoundTrip(MqttProtocol protocol, object type) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Codes, ushort Id)>(), input =>
        {
            var buffer = new PacketBuffer();
            SubAckPacket.Write(buffer, protocol, (PacketType)type, input.Id, input.Codes);
            var read = SubAckPacket.Parse(OnlyBody(buffer), protocol);
            bool hasCodes = protocol == MqttProtocol.V5 || (PacketType)type == PacketType.SubAck;
            return read.PacketId == input.Id && read.Codes.SequenceEqual(hasCodes ? input.Codes : []);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Acknowledgements_AnyIdentifierCodeAndReason_RoundTrip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Id, byte Code, NonNull<string> Reason)>(), input =>
        {
            var buffer = new PacketBuffer();
            byte[] block = PropertyPlaces.Generate(31, 0, "", Clean(input.Reason.Get));
            bool isSame = true;
            foreach (PacketType type in (PacketType[])[PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp])
            {
                buffer.Reset();
                AckPacket.Write(buffer, type, input.Id);
                isSame &= Is(AckPacket.Parse(OnlyBody(buffer)), input.Id, 0, []);
                buffer.Reset();
                AckPacket.Write(buffer, type, input.Id, input.Code, block);
                isSame &= Is(AckPacket.Parse(OnlyBody(buffer)), input.Id, input.Code, block) && buffer.Written[0] == ((int)type << 4 | (type == PacketType.PubRel ? 2 : 0));
                // MQTT 5 may leave the properties out.
                isSame &= Is(AckPacket.Parse([(byte)(input.Id >> 8), (byte)input.Id, input.Code]), input.Id, input.Code, []);
            }

            return isSame;

            static bool Is(AckPacket packet, ushort id, int code, byte[] properties) => packet.PacketId == id && packet.Code == code && packet.Properties.SequenceEqual(properties);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PacketType.Disconnect)]
    [InlineData(PacketType.Auth)]
    public void DisconnectAndAuth_AnyReason_RoundTrip(object type) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Code, NonNull<string> Reason, bool HasReason)>(), input =>
        {
            byte[] block = input.HasReason ? PropertyPlaces.Generate(31, 0, "", Clean(input.Reason.Get)) : [];
            var buffer = new PacketBuffer();
            ReasonPacket.Write(buffer, (PacketType)type, input.Code, block);
            var read = ReasonPacket.Parse(OnlyBody(buffer), (PacketType)type);
            return read.Code == input.Code && read.Properties.SequenceEqual(block);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Disconnect_AnyReason_IsSaidInWords() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Code, NonNull<string> Reason)>(), input =>
        {
            var buffer = new PacketBuffer();
            buffer.WriteByte(input.Code);
            buffer.WriteBlock([.. PropertyPlaces.Generate(31, 0, "", Clean(input.Reason.Get)), .. PropertyPlaces.Generate(28, 0, "", "b:1")]);
            (string words, string? server) = ControlPacket.ParseDisconnect(buffer.Written, MqttProtocol.V5);
            return words.StartsWith(ReasonText.Of(input.Code), StringComparison.Ordinal) && words.EndsWith(ReasonText.Quote(Clean(input.Reason.Get)), StringComparison.Ordinal)
                && server == (input.Code is 0x9C or 0x9D ? "b:1" : null);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PacketType.PingReq)]
    [InlineData(PacketType.PingResp)]
    [InlineData(PacketType.Disconnect)]
    public void EmptyPackets_OfEveryVersion_AreTheirHeader(object type)
    {
        var buffer = new PacketBuffer();
        ControlPacket.WriteEmpty(buffer, (PacketType)type);
        Assert.True(OnlyBody(buffer).IsEmpty);
        Assert.Equal((int)type << 4, buffer.Written[0]);
    }

    private static bool MayRepeat(Place place, int id) => id == 38 || (id == 11 && place == Place.Publish);

    private static uint Cut(uint number, PropertyKind kind) => kind switch
    {
        PropertyKind.Byte => (byte)number,
        PropertyKind.TwoBytes => (ushort)number,
        PropertyKind.Variable => number & 0x0FFFFFFF,
        _ => number,
    };

    private static void Write(PacketBuffer buffer, PropertyId id, uint number, byte[] name, byte[] value)
    {
        PropertyKind kind = PropertyTable.KindOf(id);
        if (kind == PropertyKind.Pair)
        {
            buffer.WriteUserProperty(name, value);
        }
        else if (kind is PropertyKind.Text or PropertyKind.Binary)
        {
            buffer.WriteProperty(id, value.AsSpan());
        }
        else
        {
            buffer.WriteProperty(id, Cut(number, kind));
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(Clean(text));

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
