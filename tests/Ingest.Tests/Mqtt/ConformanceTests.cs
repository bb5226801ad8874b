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
        Assert.Equal("v/#", Assert.Single(requests).Filter);
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
