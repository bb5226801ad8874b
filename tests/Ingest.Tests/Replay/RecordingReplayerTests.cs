using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Replay;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Tests.Replay;

[Trait("Category", "Integration")]
public sealed class RecordingReplayerTests
{
    private const long StartUnixNs = 1_700_000_000_000_000_000;
    private const double RateHz = 1000;

    private static readonly float[] Samples = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];

    [Fact]
    public async Task RunAsync_Looped_GoesOnInTimeWithRateAndUnit()
    {
        List<Block> blocks = await ReplayAsync(Options with { BlockSamples = 300, Loops = 2 }, [new ReplayAxis("v/a", Samples) { Unit = VibrationUnit.G }]);

        // Three blocks of 300 and one of 100, twice.
        Assert.Equal([0, 300, 600, 900, 1000, 1300, 1600, 1900], blocks.Select(block => block.Sample));
        Assert.Equal([300, 300, 300, 100, 300, 300, 300, 100], blocks.Select(block => block.Samples.Length));
        Assert.Equal(Samples, blocks.Skip(4).SelectMany(block => block.Samples));
        Assert.All(blocks, block => Assert.Equal(("1000", "g"), (block.Rate, block.Unit)));
    }

    [Fact]
    public async Task RunAsync_OverABadLink_SendsWhatItLeavesInItsOrder()
    {
        var faults = new LinkFaults { Drop = 0.2, Duplicate = 0.2, Reorder = 0.2, Jitter = TimeSpan.FromMilliseconds(1), Seed = 3 };

        List<Block> blocks = await ReplayAsync(Options with { BlockSamples = 10, Faults = faults }, [new ReplayAxis("v/a", Samples)]);

        long[] expected = [.. faults.Order(0, 100).Select(block => 10 * block)];
        Assert.Equal(expected, blocks.Select(block => block.Sample));
        Assert.NotEqual(expected.Order(), expected);
        Assert.All(blocks, block => Assert.Equal(block.Sample, block.Samples[0]));
        Assert.All(blocks, block => Assert.Equal("", block.Unit));
    }

    [Fact]
    public async Task RunAsync_BlocksOfNothing_AreAHoleInTheTimes()
    {
        float[] holed = [.. Samples.Select((sample, i) => i is >= 300 and < 590 ? float.NaN : sample)];
        List<Block> blocks = await ReplayAsync(Options with { BlockSamples = 100 }, [new ReplayAxis("v/a", holed)]);

        // The block from 500 on holds the end of the hole and what follows it.
        Assert.Equal([0, 100, 200, 500, 600, 700, 800, 900], blocks.Select(block => block.Sample));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(4, 2.5)]
    public async Task WaitAsync_Speed_DividesTheTime(double speed, double seconds)
    {
        var time = new ManualTimeProvider();
        var pace = new Pace(speed, time);
        Task waiting = pace.WaitAsync(10, TestContext.Current.CancellationToken).AsTask();

        time.Advance(TimeSpan.FromSeconds(seconds - 0.01));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.01));
        await waiting;
    }

    [Fact]
    public async Task WaitAsync_AtAnySpeed_WaitsForNothing()
    {
        var time = new ManualTimeProvider();
        await new Pace(double.PositiveInfinity, time).WaitAsync(1e9, TestContext.Current.CancellationToken);
        Assert.Equal(0, time.ActiveTimers);
    }

    private static ReplayOptions Options => new() { StartUnixNs = StartUnixNs, Speed = double.PositiveInfinity, Qos = 1 };

    private static async Task<List<Block>> ReplayAsync(ReplayOptions options, ReplayAxis[] axes)
    {
        await using var broker = new LoopbackBroker(new LoopbackBrokerOptions(), TimeProvider.System, NullLogger<LoopbackBroker>.Instance);
        var address = new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "replay" };
        var handler = new BlockHandler();
        using var stop = new CancellationTokenSource();
        var session = new MqttSession(address with { ClientId = "listener", Subscriptions = [new("v/#", MqttQos.AtLeastOnce)] }, TimeProvider.System, NullLogger<MqttSession>.Instance);
        Task listening = session.RunAsync(handler, stop.Token);
        await using (MqttPublisher probe = await MqttPublisher.ConnectAsync(address, TimeProvider.System, CancellationToken.None))
        {
            await probe.PublishAsync("v/ready", new byte[4], MqttQos.AtLeastOnce, retain: true);
            await handler.Ready.InTime();
        }

        var replayer = new RecordingReplayer(address, options, TimeProvider.System, NullLogger<RecordingReplayer>.Instance);
        await replayer.RunAsync(axes, RateHz, null, CancellationToken.None).InTime();
        await using (MqttPublisher probe = await MqttPublisher.ConnectAsync(address, TimeProvider.System, CancellationToken.None))
        {
            await probe.PublishAsync("v/end", new byte[4], MqttQos.AtLeastOnce);
            await handler.Ended.InTime();
        }

        await stop.CancelAsync();
        await listening.InTime();
        Assert.Equal(replayer.Messages, handler.Blocks.Count);
        return handler.Blocks;
    }

    private sealed record Block(long Sample, string Rate, string Unit, float[] Samples);

    private sealed class BlockHandler : IMessageHandler
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<Block> Blocks { get; } = [];

        public Task Ready => _ready.Task;

        public Task Ended => _ended.Task;

        public PublishVerdict OnPublish(in PublishView message)
        {
            if (message.Topic.SequenceEqual("v/a"u8))
            {
                long time = long.Parse(Text(message, "time"u8), System.Globalization.CultureInfo.InvariantCulture);
                Blocks.Add(new Block((time - StartUnixNs) / 1_000_000, Text(message, "rate"u8), Text(message, "unit"u8), MemoryMarshal.Cast<byte, float>(message.Payload).ToArray()));
            }
            else
            {
                (message.Topic.SequenceEqual("v/ready"u8) ? _ready : _ended).TrySetResult();
            }

            return PublishVerdict.Taken;
        }

        public void OnOversized(in PublishView beginning, long bytes) => throw new NotSupportedException();

        public ValueTask FlushAsync(CancellationToken ct) => ValueTask.CompletedTask;

        private static string Text(in PublishView message, ReadOnlySpan<byte> name) =>
            message.TryGetUserProperty(name, out ReadOnlySpan<byte> value) ? Encoding.UTF8.GetString(value) : "";
    }
}
