using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class PacketRoundTripTests
{
    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Publish_AnyContent_RoundTrips(MqttProtocol protocol) =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(ushort Id, byte[] Payload, byte Qos, bool Retain, bool Duplicate)>(),
            ArbMap.Default.ArbFor<(NonNull<string> Topic, NonNull<string> Name, NonNull<string> Value)>(),
            (packet, texts) =>
            {
                byte[] topic = Clean(texts.Topic.Get.Replace('+', '-').Replace('#', '-'));
                var qos = (MqttQos)(packet.Qos % 3);
                ushort id = qos == MqttQos.AtMostOnce ? (ushort)0 : Math.Max((ushort)1, packet.Id);
                var properties = new PacketBuffer();
                properties.WriteByte((int)PropertyId.UserProperty);
                properties.WriteBinary(Clean(texts.Name.Get));
                properties.WriteBinary(Clean(texts.Value.Get));
                PublishFlags flags = (packet.Retain ? PublishFlags.Retain : 0) | (packet.Duplicate ? PublishFlags.Duplicate : 0);
                var buffer = new PacketBuffer();
                PublishPacket.Write(buffer, protocol, topic, packet.Payload, qos, id, flags, properties.Written);

                PublishPacket read = PublishPacket.Parse(OnlyFrame(buffer), protocol);
                var view = new PublishView(read, read.Topic, 1);
                bool hasProperty = view.TryGetUserProperty(Clean(texts.Name.Get), out ReadOnlySpan<byte> value);
                return read.Topic.SequenceEqual(topic) && read.Payload.SequenceEqual(packet.Payload) && read.Qos == qos && read.PacketId == id
                    && read.Retain == packet.Retain && read.Duplicate == packet.Duplicate
                    && hasProperty == (protocol == MqttProtocol.V5) && (!hasProperty || value.SequenceEqual(Clean(texts.Value.Get)));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(MqttProtocol.V311, false)]
    [InlineData(MqttProtocol.V5, false)]
    [InlineData(MqttProtocol.V5, true)]
    public void Connect_AllFields_RoundTrips(MqttProtocol protocol, bool isFull)
    {
        var packet = new ConnectPacket { Protocol = protocol, ClientId = "gateway ä", KeepAliveSeconds = 30 };
        if (isFull)
        {
            packet = packet with
            {
                CleanStart = false,
                User = "u",
                Password = [1, 2],
                SessionExpirySeconds = 3600,
                ReceiveMaximum = 20,
                TopicAliasMaximum = 7,
            };
        }

        var buffer = new PacketBuffer();
        packet.Write(buffer);
        var read = ConnectPacket.Parse(OnlyFrame(buffer).Body);
        Assert.Equal(packet.Password, read.Password);
        Assert.Equal(packet with { Password = null }, read with { Password = null });
    }

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void ConnAck_AllFields_RoundTrips(MqttProtocol protocol)
    {
        var packet = new ConnAckPacket { SessionPresent = true };
        if (protocol == MqttProtocol.V5)
        {
            packet = packet with { ReceiveMaximum = 20, MaximumQos = 1, MaximumPacketBytes = 1 << 20, AssignedClientId = "auto-1" };
        }

        var buffer = new PacketBuffer();
        packet.Write(buffer, protocol);
        Assert.Equal(packet, ConnAckPacket.Parse(OnlyFrame(buffer).Body, protocol));
    }

    [Theory]
    [InlineData(0x84)]
    [InlineData(0x85)]
    [InlineData(0x86)]
    [InlineData(0x87)]
    [InlineData(0x88)]
    public void ConnAck_RefusalOfV311_HasTheMeaningOfV5(int code)
    {
        var buffer = new PacketBuffer();
        new ConnAckPacket { Code = code }.Write(buffer, MqttProtocol.V311);
        // Also when version 5 was asked for: a 3.1.1 broker answers in its own format.
        Assert.Equal(code, ConnAckPacket.Parse(OnlyFrame(buffer).Body, MqttProtocol.V5).Code);
    }

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void Subscribe_TwoFilters_RoundTrips(MqttProtocol protocol)
    {
        var buffer = new PacketBuffer();
        SubscribePacket.Write(buffer, protocol, 9, [new("a/+", MqttQos.AtMostOnce), new("b/#", MqttQos.ExactlyOnce)]);
        (ushort id, List<SubscribeRequest> requests) = SubscribePacket.Parse(OnlyFrame(buffer).Body, protocol);
        Assert.Equal(9, id);
        Assert.Equal([new("a/+", MqttQos.AtMostOnce), new("b/#", MqttQos.ExactlyOnce)], requests);
    }

    [Theory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public void SubAck_Codes_RoundTrip(MqttProtocol protocol)
    {
        var buffer = new PacketBuffer();
        SubAckPacket.Write(buffer, protocol, PacketType.SubAck, 9, [0, 1, 0x80]);
        var read = SubAckPacket.Parse(OnlyFrame(buffer).Body, protocol);
        Assert.Equal(9, read.PacketId);
        Assert.Equal<byte>([0, 1, 0x80], read.Codes);
    }

    [Fact]
    public void Parsers_RandomBodies_ThrowOnlyProtocolFaults() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte>(), (body, flags) =>
        {
            foreach (MqttProtocol protocol in Enum.GetValues<MqttProtocol>())
            {
                Try(() => PublishPacket.Parse(new Frame((byte)(0x30 | (flags & 15)), body, body.Length), protocol));
                Try(() => PublishPacket.ParseOversized(new Frame((byte)(0x30 | (flags & 15)), body, body.Length + 1), protocol));
                Try(() => ConnectPacket.Parse([0, 4, .. "MQTT"u8, (byte)protocol, .. body]));
                Try(() => ConnAckPacket.Parse(body, protocol));
                Try(() => SubscribePacket.Parse(body, protocol));
                Try(() => UnsubscribePacket.Parse(body, protocol));
                Try(() => SubAckPacket.Parse(body, protocol));
                Try(() => ControlPacket.ParseDisconnect(body, protocol));
            }

            Try(() => AckPacket.Parse(body));
            Try(() => ReasonPacket.Parse(body, PacketType.Auth));
        }).QuickCheckThrowOnFailure();

    private static void Try(Action parse)
    {
        try
        {
            parse();
        }
        catch (MqttProtocolException)
        {
            // The one thing a parser may throw.
        }
    }

    private static byte[] Clean(string text) =>
        Encoding.UTF8.GetBytes(string.Concat(text.Where(c => c != 0 && !char.IsSurrogate(c)).Take(1000)));

    private static Frame OnlyFrame(PacketBuffer buffer)
    {
        Assert.True(FrameHeader.TryParse(buffer.Written, out FrameHeader header));
        Assert.Equal(buffer.Count, header.Size + header.BodyLength);
        return new Frame(header.First, buffer.Written[header.Size..], header.BodyLength);
    }
}
