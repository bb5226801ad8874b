using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Several brokers, server redirect, and the will, against a scripted broker.</summary>
public sealed class FailoverTests : ScriptedSessionTests
{
    private static readonly MqttSessionOptions Options = new()
    {
        Host = "a",
        ClientId = "test",
        Protocol = MqttProtocolChoice.V5,
        Fallbacks = [new("b", 1884), new("c", 1885)],
        Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
        KeepAlive = TimeSpan.Zero,
        StableAfter = TimeSpan.Zero,
    };

    [Fact]
    public async Task RunAsync_FirstBrokerDown_ServesFromTheNextAndStaysThere()
    {
        Broker.IsDown = server => server.Host == "a";
        MqttSession session = Start(Options);
        using (ScriptedPeer peer = await Broker.AcceptSessionAsync())
        {
            await Handler.Until(handler => handler.Connects.Count == 1);
            Assert.Equal(new MqttServer("b", 1884), session.Server);
        }

        using ScriptedPeer again = await Broker.AcceptSessionAsync();
        Assert.Equal(["a", "b", "b"], Broker.Asked.Select(server => server.Host));
    }

    [Fact]
    public async Task RunAsync_ServingBrokerGone_TakesTheOthersInOrder()
    {
        Start(Options);
        using (ScriptedPeer peer = await Broker.AcceptSessionAsync())
        {
            Broker.IsDown = server => server.Host is "a" or "b";
        }

        using ScriptedPeer third = await Broker.AcceptSessionAsync();
        Assert.Equal(["a", "a", "b", "c"], Broker.Asked.Select(server => server.Host));
    }

    /// <summary>A fallback that still keeps an old session knows nothing of what was subscribed since; the one that serves again does.</summary>
    [Fact]
    public async Task RunAsync_SessionPresent_IsSubscribedAnewAtAnotherBrokerOnly()
    {
        Start(Options with { CleanStart = false, SessionExpiry = TimeSpan.FromHours(1), ReceiveMaximum = 20 });
        using (ScriptedPeer peer = await Broker.AcceptSessionAsync())
        {
            Broker.IsDown = server => server.Host == "a";
        }

        using (ScriptedPeer other = await AcceptAsync(sessionPresent: true))
        {
            (PacketType type, byte[] body) = await other.ReadAsync();
            Assert.Equal(PacketType.Subscribe, type);
            (ushort id, _) = SubscribePacket.Parse(body, other.Protocol);
            await other.WriteAsync(buffer => SubAckPacket.Write(buffer, other.Protocol, PacketType.SubAck, id, [1]));
            await other.WriteAsync(buffer => WriteRedirect(buffer, "b:1884"));
        }

        using ScriptedPeer again = await AcceptAsync(sessionPresent: true);
        Assert.Equal(["a", "a", "b", "b"], Broker.Asked.Select(server => server.Host));
        // Stopped before it has read CONNACK, it would just close.
        await Handler.Until(handler => handler.Connects.Count == 3);
        await StopAsync();
        Assert.Equal(PacketType.Disconnect, (await again.ReadAsync()).Type);
    }

    private async Task<ScriptedPeer> AcceptAsync(bool sessionPresent)
    {
        ScriptedPeer peer = await Broker.AcceptAsync();
        Assert.Equal(20, (await peer.ReadConnectAsync()).ReceiveMaximum);
        await peer.WriteAsync(buffer => new ConnAckPacket { SessionPresent = sessionPresent }.Write(buffer, peer.Protocol));
        return peer;
    }

    [Fact]
    public async Task RunAsync_AllBrokersDown_TheFaultNamesEach()
    {
        Broker.IsDown = _ => true;
        MqttSession session = Start(Options);
        await Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Equal("cannot connect to a:1883: a is down; cannot connect to b:1884: b is down; cannot connect to c:1885: c is down", session.LastFault);
    }

    [Theory]
    [InlineData(0x9C)]
    [InlineData(0x9D)]
    public async Task RunAsync_ConnAckNamesAnotherServer_GoesThereAtOnce(int code)
    {
        MqttSession session = Start(Options);
        using (ScriptedPeer first = await Broker.AcceptAsync())
        {
            await first.ReadConnectAsync();
            await first.WriteAsync(buffer => new ConnAckPacket { Code = code, ServerReference = "[fe80::1]:9 d:2000" }.Write(buffer, MqttProtocol.V5));
        }

        using ScriptedPeer second = await Broker.AcceptSessionAsync();
        await Handler.Until(handler => handler.Connects.Count == 1);
        Assert.Equal([new("a", 1883), new("fe80::1", 9)], Broker.Asked);
        Assert.Null(session.LastFault);
    }

    [Fact]
    public async Task RunAsync_DisconnectNamesAnotherServer_GoesThereNext()
    {
        Start(Options);
        using (ScriptedPeer first = await Broker.AcceptSessionAsync())
        {
            await first.WriteAsync(buffer => WriteRedirect(buffer, "d:2000"));
            using ScriptedPeer second = await Broker.AcceptSessionAsync();
            Assert.Equal([new("a", 1883), new("d", 2000)], Broker.Asked);
        }

        Assert.Equal("the broker ended the connection: use another server (0x9C), namely \"d:2000\"", Handler.Faults[0]);
    }

    [Fact]
    public async Task RunAsync_RedirectsNotFollowed_AreOnlySaid()
    {
        MqttSession session = Start(Options with { FollowRedirects = false, Fallbacks = [] });
        using ScriptedPeer first = await Broker.AcceptAsync();
        await first.ReadConnectAsync();
        await first.WriteAsync(buffer => new ConnAckPacket { Code = 0x9D, ServerReference = "d:2000" }.Write(buffer, MqttProtocol.V5));
        await Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Equal("the broker refused the connection: server moved (0x9D), namely \"d:2000\"", session.LastFault);
        Assert.Equal(new MqttServer("a", 1883), Assert.Single(Broker.Asked));
    }

    [Fact]
    public async Task RunAsync_BrokersThatSendUsRound_EndTheAttempt()
    {
        Start(Options with { Fallbacks = [] });
        for (int hop = 0; hop < 4; hop++)
        {
            using ScriptedPeer peer = await Broker.AcceptAsync();
            await peer.ReadConnectAsync();
            await peer.WriteAsync(buffer => new ConnAckPacket { Code = 0x9C, ServerReference = $"h{hop}" }.Write(buffer, MqttProtocol.V5));
        }

        await Handler.Until(handler => handler.Faults.Count > 0);
        Assert.Equal(["a", "h0", "h1", "h2"], Broker.Asked.Take(4).Select(server => server.Host));
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_Will_IsInConnectAndTheStateIsSaid(MqttProtocolChoice protocol)
    {
        var will = new MqttWill("thrum/state", "offline"u8.ToArray())
        {
            OnlinePayload = "online"u8.ToArray(),
            Qos = MqttQos.AtLeastOnce,
            Retain = true,
            Delay = protocol == MqttProtocolChoice.V5 ? TimeSpan.FromSeconds(5) : default,
        };
        Start(Options with { Will = will, Subscriptions = [], Protocol = protocol });
        using ScriptedPeer peer = await Broker.AcceptAsync();
        ConnectPacket connect = await peer.ReadConnectAsync();
        Assert.Equal("offline"u8, connect.Will!.Payload.Span);
        Assert.Equal(will with { Payload = default, OnlinePayload = default }, connect.Will with { Payload = default });
        await peer.WriteAsync(buffer => new ConnAckPacket().Write(buffer, peer.Protocol));
        await ExpectStateAsync(peer, "online");

        Task stop = StopAsync();
        await ExpectStateAsync(peer, "offline");
        Assert.Equal(PacketType.Disconnect, (await peer.ReadAsync()).Type);
        await stop;
    }

    private static async Task ExpectStateAsync(ScriptedPeer peer, string state)
    {
        (PacketType type, byte[] body) = await peer.ReadAsync();
        Assert.Equal(PacketType.Publish, type);
        var packet = PublishPacket.Parse(new Frame(0x31, body, body.Length), peer.Protocol);
        Assert.Equal("thrum/state"u8, packet.Topic);
        Assert.Equal(state, System.Text.Encoding.UTF8.GetString(packet.Payload));
    }

    private static void WriteRedirect(PacketBuffer buffer, string reference)
    {
        buffer.WriteByte((int)PacketType.Disconnect << 4);
        int packet = buffer.BeginPart();
        buffer.WriteByte((int)ReasonCode.UseAnotherServer);
        int properties = buffer.BeginPart();
        buffer.WriteByte((int)PropertyId.ServerReference);
        buffer.WriteText(reference);
        buffer.EndPart(properties);
        buffer.EndPart(packet);
    }
}
