using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class MqttSessionTests : IAsyncDisposable
{
    private static readonly MqttSessionOptions Options = new()
    {
        ClientId = "test",
        Protocol = MqttProtocolChoice.V5,
        Subscriptions = [new("v/#", MqttQos.ExactlyOnce)],
        KeepAlive = TimeSpan.Zero,
        MaxMessageBytes = 4096,
    };

    private readonly ScriptedBroker _broker = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        // A session that waits for its grace needs the clock to move on.
        await StepUntil(_run);
        _stopping.Dispose();
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_Qos1_AcknowledgesInOrderAfterTheFlush(MqttProtocolChoice protocol)
    {
        var flush = new TaskCompletionSource();
        var handler = new RecordingHandler { Flush = () => flush.Task };
        Start(Options with { Protocol = protocol }, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer =>
        {
            foreach (ushort id in (ushort[])[7, 3, 5])
            {
                PublishPacket.Write(buffer, peer.Protocol, "v/a"u8, [(byte)id], MqttQos.AtLeastOnce, id, 0, []);
            }
        });
        await handler.Until(h => h.Messages.Count == 3 && h.Flushes == 1);
        Task<(PacketType Type, byte[] Body)> answer = peer.ReadAsync();
        Assert.False(answer.IsCompleted);

        flush.SetResult();
        Assert.Equal((PacketType.PubAck, "0007"), Show(await answer));
        Assert.Equal((PacketType.PubAck, "0003"), Show(await peer.ReadAsync()));
        Assert.Equal((PacketType.PubAck, "0005"), Show(await peer.ReadAsync()));
        Assert.Equal([1UL, 2, 3], handler.Messages.Select(message => message.Sequence));
    }

    [Fact]
    public async Task RunAsync_HandlerWithoutRoom_GetsTheMessageAgainAfterAFlush()
    {
        int offers = 0;
        var handler = new RecordingHandler { Verdict = count => count == 1 && offers++ == 0 ? PublishVerdict.NoRoom : PublishVerdict.Taken };
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer =>
        {
            for (byte i = 1; i <= 3; i++)
            {
                PublishPacket.Write(buffer, peer.Protocol, "v/a"u8, [i], MqttQos.AtMostOnce, 0, 0, []);
            }
        });
        await handler.Until(h => h.Messages.Count == 3 && h.Flushes == 2);
        Assert.Equal(1, offers - 1);
        Assert.Equal([1, 2, 3], handler.Messages.Select(message => message.Payload[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_MessageAndEndOfTheConnectionInOneWrite_IsFlushedBeforeTheNextConnection(bool isProtocolError)
    {
        var handler = new RecordingHandler();
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer =>
        {
            PublishPacket.Write(buffer, peer.Protocol, "v/a"u8, [1], MqttQos.AtMostOnce, 0, 0, []);
            if (isProtocolError)
            {
                ControlPacket.WriteEmpty(buffer, PacketType.PingReq);
            }
            else
            {
                ControlPacket.WriteDisconnect(buffer, peer.Protocol, ReasonCode.ServerShuttingDown);
            }
        });
        await handler.Until(h => h.Faults.Count == 1);
        Assert.Equal((1, 1), (handler.Messages.Count, handler.Flushes));
    }

    [Fact]
    public async Task RunAsync_BatchFull_FlushesBeforeTheNextMessage()
    {
        var handler = new RecordingHandler { Verdict = _ => PublishVerdict.TakenAndFull };
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.WriteAsync(buffer =>
        {
            for (byte i = 1; i <= 3; i++)
            {
                PublishPacket.Write(buffer, peer.Protocol, "v/a"u8, [i], MqttQos.AtMostOnce, 0, 0, []);
            }
        });
        await handler.Until(h => h.Flushes == 3);
        Assert.Equal(3, handler.Messages.Count);
    }

    [Fact]
    public async Task AcknowledgeThroughAsync_LateMode_SendsThatFarAndNoFurther()
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options with { AcknowledgeAfterFlush = false }, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        for (ushort id = 1; id <= 3; id++)
        {
            await peer.PublishAsync("v/a", [1], MqttQos.AtLeastOnce, id);
        }

        await handler.Until(h => h.Messages.Count == 3 && h.Flushes >= 1);
        await session.AcknowledgeThroughAsync(2);
        Assert.Equal((PacketType.PubAck, "0001"), Show(await peer.ReadAsync()));
        Assert.Equal((PacketType.PubAck, "0002"), Show(await peer.ReadAsync()));
        await session.AcknowledgeThroughAsync(1);
        await session.AcknowledgeThroughAsync(3);
        Assert.Equal((PacketType.PubAck, "0003"), Show(await peer.ReadAsync()));
        Assert.Equal(0, session.Unacknowledged);
    }

    [Fact]
    public async Task RunAsync_Qos2RepeatedBeforeRelease_IsHandedOverOnce()
    {
        var handler = new RecordingHandler();
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1], MqttQos.ExactlyOnce, 9);
        Assert.Equal((PacketType.PubRec, "0009"), Show(await peer.ReadAsync()));
        await peer.PublishAsync("v/a", [1], MqttQos.ExactlyOnce, 9, PublishFlags.Duplicate);
        Assert.Equal((PacketType.PubRec, "0009"), Show(await peer.ReadAsync()));
        await peer.WriteAsync(buffer => AckPacket.Write(buffer, PacketType.PubRel, 9));
        Assert.Equal((PacketType.PubComp, "0009"), Show(await peer.ReadAsync()));
        Assert.Single(handler.Messages);

        await peer.PublishAsync("v/a", [2], MqttQos.ExactlyOnce, 9);
        await handler.Until(h => h.Messages.Count == 2);
    }

    [Fact]
    public async Task RunAsync_Oversized_IsReportedAndAcknowledgedInOrder()
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1], MqttQos.AtLeastOnce, 1);
        byte[] big = new byte[1_000_000];
        new Random(1).NextBytes(big);
        await peer.PublishAsync("v/big", big, MqttQos.AtLeastOnce, 2);
        await peer.PublishAsync("v/a", [2], MqttQos.AtLeastOnce, 3);
        for (int id = 1; id <= 3; id++)
        {
            Assert.Equal((PacketType.PubAck, $"000{id}"), Show(await peer.ReadAsync()));
        }

        Assert.Equal([("v/big", 1_000_010L)], handler.Oversized);
        Assert.True(handler.Beginning.Length > 64 * 1024);
        Assert.Equal(big[..handler.Beginning.Length], handler.Beginning);
        Assert.Equal([1, 2], handler.Messages.Select(message => message.Payload[0]));
        Assert.Equal((3L, 1L), (session.ReceivedMessages, session.OversizedMessages));
    }

    [Fact]
    public async Task RunAsync_TopicAlias_IsResolvedAndUnknownOneIsAFault()
    {
        var handler = new RecordingHandler();
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        byte[] alias = [(byte)PropertyId.TopicAlias, 0, 5];
        await peer.PublishAsync("v/a", [1], properties: alias);
        await peer.PublishAsync("", [2], properties: alias);
        await peer.PublishAsync("", [3], properties: [(byte)PropertyId.TopicAlias, 0, 6]);
        await handler.Until(h => h.Faults.Count == 1);
        Assert.Equal(["v/a", "v/a"], handler.Messages.Select(message => message.Topic));
        Assert.Contains("topic alias 6", handler.Faults[0], StringComparison.Ordinal);
        Assert.Equal((PacketType.Disconnect, "94"), Show(await peer.ReadAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_BrokerWithoutVersion5_FallsBack(bool answers)
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options with { Protocol = MqttProtocolChoice.Auto }, handler);
        using ScriptedPeer first = await _broker.AcceptAsync();
        Assert.Equal(MqttProtocol.V5, (await first.ReadConnectAsync()).Protocol);
        if (answers)
        {
            await first.WriteAsync(buffer => new ConnAckPacket { Code = 0x84 }.Write(buffer, MqttProtocol.V311));
        }

        first.Dispose();
        using ScriptedPeer second = await _broker.AcceptSessionAsync();
        Assert.Equal(MqttProtocol.V311, second.Protocol);
        await handler.Until(h => h.Connects.Count == 1);
        Assert.Equal(MqttProtocol.V311, session.Protocol);
    }

    [Fact]
    public async Task RunAsync_SessionPresentOnReconnect_DoesNotSubscribeAgain()
    {
        var handler = new RecordingHandler();
        Start(Options with { CleanStart = true, SessionExpiry = TimeSpan.FromHours(1), StableAfter = TimeSpan.Zero }, handler);
        using (ScriptedPeer first = await _broker.AcceptSessionAsync())
        {
            await first.PublishAsync("v/a", [1]);
            await handler.Until(h => h.Messages.Count == 1);
        }

        using ScriptedPeer second = await _broker.AcceptAsync();
        Assert.False((await second.ReadConnectAsync()).CleanStart);
        await second.WriteAsync(buffer => new ConnAckPacket { SessionPresent = true }.Write(buffer, MqttProtocol.V5));
        await second.PublishAsync("v/a", [2], MqttQos.AtLeastOnce, 4);
        Assert.Equal((PacketType.PubAck, "0004"), Show(await second.ReadAsync()));
        Assert.Equal([1, 2], handler.Connects.Select(connect => connect.Count));
        Assert.Equal([false, true], handler.Connects.Select(connect => connect.SessionPresent));
    }

    [Fact]
    public async Task RunAsync_RefusedAndBroken_KeepsTryingAndNamesTheReason()
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options, handler);
        using (ScriptedPeer first = await _broker.AcceptAsync())
        {
            await first.ReadConnectAsync();
            await first.WriteAsync(buffer => new ConnAckPacket { Code = 0x86 }.Write(buffer, MqttProtocol.V5));
            await handler.Until(h => h.Faults.Count == 1);
        }

        Assert.Equal("the broker refused the connection: bad user name or password (0x86)", session.LastFault);
        Assert.Equal(MqttSessionStatus.Connecting, session.Status);
        Task<ScriptedPeer> next = _broker.AcceptAsync();
        Assert.False(next.IsCompleted);
        await StepUntil(next);
        using ScriptedPeer second = await next;
        await second.ReadConnectAsync();
        await second.WriteAsync(buffer => new ConnAckPacket().Write(buffer, MqttProtocol.V5));
        await handler.Until(h => h.Connects.Count == 1);
        await second.WriteAsync(buffer => ControlPacket.WriteDisconnect(buffer, MqttProtocol.V5, ReasonCode.SessionTakenOver));
        await handler.Until(h => h.Faults.Count == 2);
        Assert.Contains("session taken over", session.LastFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SubscriptionRefused_IsAFault()
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync(subAck: 0x87);
        await handler.Until(h => h.Faults.Count == 1);
        Assert.Equal("the broker refused the subscription to v/#: not authorized (0x87)", session.LastFault);
    }

    [Fact]
    public async Task RunAsync_PausedByTheHandler_PingsAndDoesNotCountTheMissingAnswer()
    {
        var flush = new TaskCompletionSource();
        var handler = new RecordingHandler { Flush = () => flush.Task };
        MqttSession session = Start(Options with { KeepAlive = TimeSpan.FromSeconds(20) }, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1]);
        await handler.Until(h => h.Flushes == 1);
        for (int pings = 0; pings < 5; pings++)
        {
            Task<(PacketType Type, byte[] Body)> ping = peer.ReadAsync();
            await StepUntil(ping);
            Assert.Equal((PacketType.PingReq, ""), Show(await ping));
        }

        Assert.Equal(MqttSessionStatus.Connected, session.Status);
        flush.SetResult();
        await peer.PublishAsync("v/a", [2]);
        await handler.Until(h => h.Messages.Count == 2);
        Assert.Empty(handler.Faults);
    }

    [Fact]
    public async Task RunAsync_PingUnanswered_ConnectsAgain()
    {
        var handler = new RecordingHandler();
        Start(Options with { KeepAlive = TimeSpan.FromSeconds(20) }, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await handler.Until(h => h.Connects.Count == 1);
        Task fault = handler.Until(h => h.Faults.Count == 1);
        await StepUntil(fault);
        Assert.Equal(["no answer to PINGREQ within 20 s"], handler.Faults);
    }

    [Fact]
    public async Task RunAsync_HandlerThrows_EndsWithThatException()
    {
        var handler = new RecordingHandler { Flush = () => throw new InvalidDataException("full") };
        Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await peer.PublishAsync("v/a", [1]);
        Task run = _run;
        _run = Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidDataException>(() => run.InTime());
    }

    [Fact]
    public async Task RunAsync_Stopped_SaysGoodbye()
    {
        var handler = new RecordingHandler();
        MqttSession session = Start(Options, handler);
        using ScriptedPeer peer = await _broker.AcceptSessionAsync();
        await handler.Until(h => h.Connects.Count == 1);
        await _stopping.CancelAsync();
        Assert.Equal(PacketType.Disconnect, (await peer.ReadAsync()).Type);
        await _run.InTime();
        Assert.Equal(MqttSessionStatus.Stopped, session.Status);
    }

    [Fact]
    public async Task RunAsync_Garbage_ClosesAndConnectsAgain()
    {
        var random = new Random(1);
        var handler = new RecordingHandler();
        Start(Options, handler);
        for (int round = 1; round <= 20; round++)
        {
            Task<ScriptedPeer> accepted = _broker.AcceptAsync();
            await StepUntil(accepted);
            using ScriptedPeer peer = await accepted;
            // The clock stands meanwhile: the session does not wait for ever.
            await peer.GreetAsync();
            byte[] garbage = new byte[2000];
            random.NextBytes(garbage);
            // Never a whole legal stream: it ends in a length of five bytes.
            await peer.WriteAsync(buffer =>
            {
                buffer.WriteRaw(garbage);
                buffer.WriteRaw([0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
            });
            peer.Dispose();
            await handler.Until(h => h.Faults.Count >= round);
        }
    }

    [Fact]
    public void Constructor_FaultyOptions_NamesThemAll()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => new MqttSession(
            new MqttSessionOptions { Host = "", Port = 0, Password = "secret", ReceiveMaximum = 0 }, _time, NullLogger<MqttSession>.Instance));
        Assert.Contains("Host is empty", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Port is 0; expected 1..65535", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Password is set without User", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ReceiveMaximum is 0", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new MqttSessionOptions { Password = "secret" }.ToString(), StringComparison.Ordinal);
    }

    private MqttSession Start(MqttSessionOptions options, RecordingHandler handler)
    {
        var session = new MqttSession(options, _time, NullLogger<MqttSession>.Instance, _broker);
        _run = session.RunAsync(handler, _stopping.Token);
        return session;
    }

    /// <summary>Moves the clock in small steps, letting the session react to each, until the task has completed.</summary>
    private Task StepUntil(Task task) => _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), task);

    private static (PacketType, string) Show((PacketType Type, byte[] Body) packet) => (packet.Type, Convert.ToHexString(packet.Body));
}
