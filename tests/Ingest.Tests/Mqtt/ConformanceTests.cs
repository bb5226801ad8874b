using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Statements of the specification that no other test covers; docs/mqtt-conformance.md names them all.</summary>
public sealed class ConformanceTests : ScriptedSessionTests
{
    private static readonly MqttSessionOptions Options = new()
    {
        ClientId = "test",
        Protocol = MqttProtocolChoice.V5,
        Subscriptions = [new("v/#", MqttQos.ExactlyOnce)],
        KeepAlive = TimeSpan.Zero,
        StableAfter = TimeSpan.Zero,
    };

    [Theory]
    [InlineData(PacketType.PubRel, 0)]
    [InlineData(PacketType.PingResp, 1)]
    [InlineData(PacketType.SubAck, 2)]
    [InlineData(PacketType.Disconnect, 8)]
    public async Task ReservedFlags_NotAsPrescribed_CloseTheConnection(object type, int flags)
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer => WritePacket(buffer, (PacketType)type, flags, [0, 1]));
        Assert.Equal(ReasonCode.MalformedPacket, await DisconnectReasonAsync(peer));
    }

    [Theory]
    [InlineData(PacketType.Connect)]
    [InlineData(PacketType.ConnAck)]
    [InlineData(PacketType.Subscribe)]
    [InlineData(PacketType.Unsubscribe)]
    [InlineData(PacketType.PingReq)]
    [InlineData(PacketType.UnsubAck)]
    [InlineData(PacketType.Auth)]
    public async Task Packets_ThatNoServerSends_CloseTheConnection(object type)
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer => WritePacket(buffer, (PacketType)type, 0, [0, 1]));
        Assert.Equal(ReasonCode.ProtocolError, await DisconnectReasonAsync(peer));
    }

    [Theory]
    [InlineData("762F2B")]
    [InlineData("762F23")]
    [InlineData("762F00")]
    [InlineData("762FC0AF")]
    [InlineData("762FEDA080")]
    public async Task Topic_WithWildcardsOrBadText_ClosesTheConnection(string topic)
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer => PublishPacket.Write(buffer, peer.Protocol, Convert.FromHexString(topic), [1], MqttQos.AtMostOnce, 0, 0, []));
        Assert.Equal(ReasonCode.TopicNameInvalid, await DisconnectReasonAsync(peer));
        Assert.Empty(Handler.Messages);
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task Topic_EmptyWithoutAnAlias_ClosesTheConnection(MqttProtocolChoice protocol)
    {
        Start(Options with { Protocol = protocol });
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.PublishAsync("", [1]);
        await Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Contains("without topic", Handler.Faults[0], StringComparison.Ordinal);
        Assert.Empty(Handler.Messages);
    }

    [Fact]
    public async Task Topic_WithAByteOrderMark_KeepsIt()
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.PublishAsync("\uFEFFv", [1]);
        await Handler.Until(handler => handler.Messages.Count == 1);
        Assert.Equal("\uFEFFv", Handler.Messages[0].Topic);
    }

    // In order: unknown identifier; one of CONNECT; topic alias twice; name of a user property not UTF-8; its value with U+0000; cut short.
    [Theory]
    [InlineData("0700", ReasonCode.MalformedPacket)]
    [InlineData("1100000001", ReasonCode.MalformedPacket)]
    [InlineData("230001230001", ReasonCode.ProtocolError)]
    [InlineData("260002C0AF000161", ReasonCode.MalformedPacket)]
    [InlineData("26000161000100", ReasonCode.MalformedPacket)]
    [InlineData("0200", ReasonCode.MalformedPacket)]
    public async Task Properties_MalformedMisplacedOrTwice_CloseTheConnection(string properties, object reason)
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1], properties: Convert.FromHexString(properties));
        Assert.Equal((ReasonCode)reason, await DisconnectReasonAsync(peer));
        Assert.Empty(Handler.Messages);
    }

    [Fact]
    public async Task Properties_ThatMayRepeat_AreTaken()
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        // Two subscription identifiers, the same user property twice.
        await peer.PublishAsync("v/a", [1], properties: Convert.FromHexString("0B010B02" + "26000161000162" + "26000161000163"));
        await Handler.Until(handler => handler.Messages.Count == 1);
    }

    [Theory]
    [InlineData("210000")]
    [InlineData("2402")]
    [InlineData("2700000000")]
    [InlineData("230001")]
    public void ConnAck_PropertyOutsideItsRangeOrPlace_IsAFault(string properties)
    {
        byte[] block = Convert.FromHexString(properties);
        Assert.Throws<MqttProtocolException>(() => ConnAckPacket.Parse([0, 0, (byte)block.Length, .. block], MqttProtocol.V5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetainUnavailable_TheStateIsSaidWithoutRetain(bool isAvailable)
    {
        Start(Options with { Will = new MqttWill("state", "off"u8.ToArray()) { OnlinePayload = "on"u8.ToArray(), Retain = true } });
        using ScriptedPeer peer = await Broker.AcceptAsync();
        await peer.ReadConnectAsync();
        await peer.WriteAsync(buffer => new ConnAckPacket { RetainAvailable = isAvailable }.Write(buffer, peer.Protocol));
        Assert.Equal(isAvailable ? 1 : 0, (await peer.ReadFirstByteAsync()) & 1);
    }

    [Fact]
    public async Task ReceiveMaximum_Exceeded_IsTakenAllTheSame()
    {
        Start(Options with { ReceiveMaximum = 2, AcknowledgeAfterFlush = false });
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        for (ushort id = 1; id <= 3; id++)
        {
            await peer.PublishAsync("v/a", [1], MqttQos.AtLeastOnce, id);
        }

        await Handler.Until(handler => handler.Messages.Count == 3);
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task SessionPresent_AfterACleanStart_ClosesTheConnection(MqttProtocolChoice protocol)
    {
        MqttSession session = Start(Options with { Protocol = protocol });
        using ScriptedPeer peer = await Broker.AcceptAsync();
        await peer.ReadConnectAsync();
        await peer.WriteAsync(buffer => new ConnAckPacket { SessionPresent = true }.Write(buffer, peer.Protocol));
        await Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Contains("kept a session", session.LastFault, StringComparison.Ordinal);
        Assert.Equal(0, session.Connections);
    }

    [Fact]
    public async Task SessionLost_BetweenConnections_ForgetsHeldIdentifiersAndSubscribesAgain()
    {
        Start(Options with { CleanStart = false, SessionExpiry = TimeSpan.FromHours(1) });
        using (ScriptedPeer first = await Broker.AcceptSessionAsync())
        {
            await first.PublishAsync("v/a", [1], MqttQos.ExactlyOnce, 7);
            Assert.Equal(PacketType.PubRec, (await first.ReadAsync()).Type);
        }

        // No session: the identifier is a new message's, and SUBSCRIBE comes again (the scripted broker awaits it).
        using ScriptedPeer second = await Broker.AcceptSessionAsync(sessionPresent: false);
        await second.PublishAsync("v/a", [2], MqttQos.ExactlyOnce, 7);
        await Handler.Until(handler => handler.Messages.Count == 2);
    }

    [Fact]
    public async Task Qos2_AfterRelease_IsANewMessageAndPubRelIsAlwaysAnswered()
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        for (byte round = 1; round <= 2; round++)
        {
            await peer.PublishAsync("v/a", [round], MqttQos.ExactlyOnce, 7);
            Assert.Equal((PacketType.PubRec, "0007"), Show(await peer.ReadAsync()));
            await peer.WriteAsync(buffer => AckPacket.Write(buffer, PacketType.PubRel, 7));
            Assert.Equal((PacketType.PubComp, "0007"), Show(await peer.ReadAsync()));
        }

        await peer.WriteAsync(buffer => AckPacket.Write(buffer, PacketType.PubRel, 99));
        Assert.Equal((PacketType.PubComp, "0063"), Show(await peer.ReadAsync()));
        Assert.Equal(2, Handler.Messages.Count);
    }

    [Fact]
    public async Task Qos1_SameIdentifierAfterItsPubAck_IsANewMessageWhateverDupSays()
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1], MqttQos.AtLeastOnce, 7);
        Assert.Equal((PacketType.PubAck, "0007"), Show(await peer.ReadAsync()));
        await peer.PublishAsync("v/a", [2], MqttQos.AtLeastOnce, 7, PublishFlags.Duplicate);
        Assert.Equal((PacketType.PubAck, "0007"), Show(await peer.ReadAsync()));
        Assert.Equal(2, Handler.Messages.Count);
    }

    [Fact]
    public async Task TopicAlias_OfTheConnectionBefore_IsUnknown()
    {
        Start(Options);
        byte[] alias = [(byte)PropertyId.TopicAlias, 0, 1];
        using (ScriptedPeer first = await Broker.AcceptSessionAsync())
        {
            await first.PublishAsync("v/a", [1], properties: alias);
            await Handler.Until(handler => handler.Messages.Count == 1);
        }

        using ScriptedPeer second = await Broker.AcceptSessionAsync();
        await second.PublishAsync("", [2], properties: alias);
        Assert.Equal(ReasonCode.TopicAliasInvalid, await DisconnectReasonAsync(second));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, false)]
    public async Task TopicAlias_ZeroOrAboveTheMaximum_ClosesTheConnection(byte alias, bool isZero)
    {
        Start(Options with { TopicAliasMaximum = 4 });
        using ScriptedPeer peer = await Broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1], properties: [(byte)PropertyId.TopicAlias, 0, alias]);
        Assert.Equal(ReasonCode.TopicAliasInvalid, await DisconnectReasonAsync(peer));
        Assert.Equal(isZero, alias == 0);
    }

    [Fact]
    public async Task Subscribe_Packet_HasItsFlagsAndAnIdentifier()
    {
        Start(Options);
        using ScriptedPeer peer = await Broker.AcceptAsync();
        await peer.ReadConnectAsync();
        await peer.WriteAsync(buffer => new ConnAckPacket().Write(buffer, peer.Protocol));
        (PacketType type, byte[] body) = await peer.ReadAsync();
        Assert.Equal(PacketType.Subscribe, type);
        (ushort id, List<SubscribeRequest> requests) = SubscribePacket.Parse(body, peer.Protocol);
        Assert.NotEqual(0, id);
        SubscribeRequest request = Assert.Single(requests);
        Assert.Equal(("v/#", 1, false, false), (request.Filter, request.RetainHandling, request.NoLocal, request.RetainAsPublished));
        var buffer = new PacketBuffer();
        SubscribePacket.Write(buffer, MqttProtocol.V5, 1, [new("a", MqttQos.AtMostOnce)]);
        Assert.Equal(0x82, buffer.Written[0]);
    }

    [Fact]
    public async Task Disconnect_FromTheServer_EndsTheConnectionWithoutAnotherPacket()
    {
        Start(Options);
        using (ScriptedPeer peer = await Broker.AcceptSessionAsync())
        {
            await peer.WriteAsync(buffer => ControlPacket.WriteDisconnect(buffer, MqttProtocol.V5, ReasonCode.ServerShuttingDown));
            await peer.ExpectCloseAsync();
        }

        Assert.Contains("server shutting down (0x8B)", Handler.Faults[0], StringComparison.Ordinal);
    }

    private static void WritePacket(PacketBuffer buffer, PacketType type, int flags, byte[] body)
    {
        buffer.WriteByte(((int)type << 4) | flags);
        buffer.WriteVariable(body.Length);
        buffer.WriteRaw(body);
    }

    private static (PacketType Type, string Body) Show((PacketType Type, byte[] Body) packet) => (packet.Type, Convert.ToHexString(packet.Body));

    private static async Task<ReasonCode> DisconnectReasonAsync(ScriptedPeer peer)
    {
        while (true)
        {
            (PacketType type, byte[] body) = await peer.ReadAsync();
            if (type == PacketType.Disconnect)
            {
                return (ReasonCode)body[0];
            }
        }
    }
}
