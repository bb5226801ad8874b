using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>What a lasting session holds beyond the configuration is taken back, against a scripted broker.</summary>
public sealed class UnsubscribeTests : IAsyncDisposable
{
    private static readonly MqttSessionOptions Options = new()
    {
        ClientId = "gateway",
        Protocol = MqttProtocolChoice.V5,
        CleanStart = false,
        SessionExpiry = TimeSpan.FromHours(1),
        Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
        KeepAlive = TimeSpan.Zero,
        StableAfter = TimeSpan.Zero,
    };

    private readonly ScriptedBroker _broker = new();
    private readonly RecordingHandler _handler = new();
    private readonly ListRecord _record = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run.InTime();
        _stopping.Dispose();
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_SessionHoldsFiltersNoLongerNamed_UnsubscribesThemBehindSubscribe(MqttProtocolChoice protocol)
    {
        _record.Held = [new("localhost:1883", "v/#"), new("localhost:1883", "old/a"), new("other:1883", "old/b")];
        Start(Options with { Protocol = protocol });
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: true);
        (ushort id, List<string> filters) = await ReadUnsubscribeAsync(peer);
        Assert.Equal(["old/a", "old/b"], filters.Order());
        // Not forgotten before the broker has answered.
        Assert.Equal(["old/a", "old/b", "v/#"], _record.At("localhost:1883"));
        await peer.WriteAsync(buffer => SubAckPacket.Write(buffer, peer.Protocol, PacketType.UnsubAck, id, [0, 0x11]));
        await _record.Until(record => record.At("localhost:1883").SequenceEqual(["v/#"]));
        Assert.Empty(_handler.Faults);
    }

    [Fact]
    public async Task RunAsync_FilterThatTheBrokerKeeps_StaysOnRecord()
    {
        _record.Held = [new("localhost:1883", "old/a"), new("localhost:1883", "old/b")];
        Start(Options);
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: true);
        (ushort id, List<string> filters) = await ReadUnsubscribeAsync(peer);
        await peer.WriteAsync(buffer => SubAckPacket.Write(buffer, peer.Protocol, PacketType.UnsubAck, id, [.. filters.Select(filter => (byte)(filter == "old/a" ? 0x87 : 0))]));
        await _record.Until(record => record.At("localhost:1883").SequenceEqual(["old/a", "v/#"]));
    }

    [Fact]
    public async Task RunAsync_ConnectionLostBeforeTheAnswer_UnsubscribesAgain()
    {
        _record.Held = [new("localhost:1883", "v/#"), new("localhost:1883", "old")];
        Start(Options);
        using (ScriptedPeer first = await AcceptAsync(sessionPresent: true))
        {
            await ReadUnsubscribeAsync(first);
        }

        using ScriptedPeer second = await _broker.AcceptAsync();
        await second.ReadConnectAsync();
        await second.WriteAsync(buffer => new ConnAckPacket { SessionPresent = true }.Write(buffer, second.Protocol));
        // The subscription stands, so only what is missing is asked for.
        Assert.Equal(["old"], (await ReadUnsubscribeAsync(second)).Filters);
    }

    [Fact]
    public async Task RunAsync_NoSessionPresent_UnsubscribesNothingAndForgets()
    {
        _record.Held = [new("localhost:1883", "old"), new("other:1883", "old")];
        Start(Options);
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: false);
        Assert.Equal(["v/#"], _record.At("localhost:1883"));
        Assert.Equal(["old"], _record.At("other:1883"));
        await AssertNothingMoreAsync(peer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_NothingOnRecord_UnsubscribesNothing(bool hasRecord)
    {
        Start(Options, hasRecord ? _record : null);
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: true);
        await AssertNothingMoreAsync(peer);
        Assert.Equal(hasRecord ? ["v/#"] : [], _record.At("localhost:1883"));
    }

    [Fact]
    public async Task RunAsync_RecordFails_SubscribesAllTheSame()
    {
        _record.IsBroken = true;
        Start(Options);
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: true);
        await AssertNothingMoreAsync(peer);
    }

    [Fact]
    public async Task RunAsync_SessionThatDoesNotLast_IsNotRecorded()
    {
        Start(Options with { CleanStart = true, SessionExpiry = TimeSpan.Zero });
        using ScriptedPeer peer = await AcceptAsync(sessionPresent: false);
        Assert.Empty(_record.Held);
    }

    private void Start(MqttSessionOptions options) => Start(options, _record);

    private void Start(MqttSessionOptions options, ISubscriptionRecord? record) =>
        _run = new MqttSession(options, TimeProvider.System, NullLogger<MqttSession>.Instance, _broker, record).RunAsync(_handler, _stopping.Token);

    /// <summary>Answers CONNECT and SUBSCRIBE; by then the filters must be on record.</summary>
    private async Task<ScriptedPeer> AcceptAsync(bool sessionPresent)
    {
        ScriptedPeer peer = await _broker.AcceptAsync();
        await peer.ReadConnectAsync();
        await peer.WriteAsync(buffer => new ConnAckPacket { SessionPresent = sessionPresent }.Write(buffer, peer.Protocol));
        (PacketType type, byte[] body) = await peer.ReadAsync();
        Assert.Equal(PacketType.Subscribe, type);
        (ushort id, _) = SubscribePacket.Parse(body, peer.Protocol);
        await peer.WriteAsync(buffer => SubAckPacket.Write(buffer, peer.Protocol, PacketType.SubAck, id, [1]));
        return peer;
    }

    private static async Task<(ushort Id, List<string> Filters)> ReadUnsubscribeAsync(ScriptedPeer peer)
    {
        (PacketType type, byte[] body) = await peer.ReadAsync();
        Assert.Equal(PacketType.Unsubscribe, type);
        var packet = UnsubscribePacket.Parse(body, peer.Protocol);
        return (packet.PacketId, packet.Filters);
    }

    // A message and its PUBACK come after whatever else the client had to say.
    private static async Task AssertNothingMoreAsync(ScriptedPeer peer)
    {
        await peer.PublishAsync("v/a", [1], MqttQos.AtLeastOnce, 7);
        Assert.Equal(PacketType.PubAck, (await peer.ReadAsync()).Type);
    }
}
