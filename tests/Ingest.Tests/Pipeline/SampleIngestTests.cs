using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Tests.Payloads;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class SampleIngestTests : IDisposable
{
    private const long NowUnixNs = 1_800_000_000_000_000_000;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(NowUnixNs / 1_000_000));
    private readonly SampleBatchPool _pool = new(samplesPerBatch: 64, blocksPerBatch: 40);
    private readonly Channel<SampleBatch> _shard = Channel.CreateBounded<SampleBatch>(64);
    private readonly ListLogger<SampleIngest> _log = new();
    private readonly SampleIngest _ingest;

    public SampleIngestTests()
    {
        _ingest = new SampleIngest(
            new MqttOptions
            {
                Topics =
                [
                    new TopicOptions { Template = "raw/{machine}/{sensor}/{axis}", SampleRateHz = 100 },
                    new TopicOptions { Template = "json/{machine}", Format = "json" },
                    new TopicOptions { Template = "shop/vibration", Machine = "lathe", Sensor = "spindle", SampleRateHz = 100 },
                    new TopicOptions { Template = "flat/{machine}/{sensor}", Format = "json", SampleRateHz = 1 },
                    new TopicOptions { Template = "gz/{machine}", Format = "json", Compression = PayloadCompression.Gzip },
                ],
            },
            new StreamRegistry(1), _pool, [_shard.Writer], _time, _log);
    }

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public async Task OnPublish_CompressedPayload_IsUnpackedWithItsAxisNames()
    {
        byte[] packed = PayloadInflaterTests.Pack(PayloadInflaterTests.Packing.Gzip, """{"rate":100,"axes":{"x":[1,2],"y":[3]}}"""u8.ToArray());
        Assert.Equal(PublishVerdict.Taken, Publish("gz/m", packed));
        Assert.Equal(PublishVerdict.Taken, Publish("gz/m", packed[..^5]));
        await _ingest.FlushAsync(TestContext.Current.CancellationToken);
        Assert.True(_shard.Reader.TryRead(out SampleBatch? batch));
        using (batch)
        {
            Assert.Equal(["x", "y"], batch.Blocks.ToArray().Select(block => block.Stream.Id.Axis));
        }

        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadCompression));
    }

    [Fact]
    public async Task OnPublish_FlatQuantities_AreAxesOfTheSensor()
    {
        Publish("flat/press/s1", """{"temperature":21.5,"pressure":3.2}"""u8.ToArray());
        Publish("flat/press/s1", """{"ts":5,"temperature":21.5}"""u8.ToArray());

        Assert.Equal(
            [(new AxisId("press", "s1", "temperature"), 21.5f), (new AxisId("press", "s1", "pressure"), 3.2f)],
            (await FlushAsync()).Select(entry => (entry.Block.Stream.Id, Assert.Single(entry.Samples))));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadTime));
        Assert.EndsWith("a flat object has a member that may be its time, expected time or time_ms. Said once an episode; the counters tell how many", _log.Entries[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnPublish_TopicWithoutAMachine_GoesToTheOneConfigured()
    {
        Publish("shop/vibration", Floats(1, 2));

        Assert.Equal(new AxisId("lathe", "spindle", AxisId.Default), Assert.Single(await FlushAsync()).Block.Stream.Id);
    }

    [Fact]
    public async Task OnPublish_NumberedBlocks_CarryTheirNumber()
    {
        Publish("json/m", """{"rate":100,"seq":4294967295,"samples":[1]}"""u8.ToArray());
        Publish("json/m", """{"rate":100,"samples":[1]}"""u8.ToArray());

        Assert.Equal([uint.MaxValue, null], (await FlushAsync()).Select(entry => entry.Block.Number));
    }

    [Fact]
    public async Task OnPublish_Unstamped_IsCountedTimeAtTheConfiguredRate()
    {
        Assert.Equal(PublishVerdict.Taken, Publish("raw/m/s/a", Floats(1, 2, 3)));
        (SampleBlock block, float[] samples) = Assert.Single(await FlushAsync());
        Assert.Equal((TimeSource.Counted, NowUnixNs, 100.0), (block.Time, block.FirstSampleUnixNs, block.SampleRateHz));
        Assert.Equal(new AxisId("m", "s", "a"), block.Stream.Id);
        Assert.Equal([1, 2, 3], samples);
    }

    [Fact]
    public async Task OnPublish_UserProperties_GiveTimeAndRate()
    {
        Publish("raw/m/s/a", Floats(1), ("time", "1799999999000000007"), ("rate", "25600.5"));
        (SampleBlock block, _) = Assert.Single(await FlushAsync());
        Assert.Equal((TimeSource.Stamped, 1799999999000000007, 25600.5), (block.Time, block.FirstSampleUnixNs, block.SampleRateHz));
    }

    [Fact]
    public async Task OnPublish_JsonWithAxes_FeedsEachAxisOfTheMachine()
    {
        Publish("json/m", """{"time":1799999999000000000,"rate":50,"axes":{"x":[1,2],"y":[3,4]}}"""u8.ToArray());
        var blocks = await FlushAsync();
        Assert.Equal(["m/default/x", "m/default/y"], blocks.Select(b => b.Block.Stream.Id.ToString()));
        Assert.Equal([[1, 2], [3, 4]], blocks.Select(b => b.Samples));
    }

    [Theory]
    [InlineData("raw/m/s/a", "12345", DropReason.BadLength)]
    [InlineData("raw/m/s/a", "", DropReason.Empty)]
    [InlineData("json/m", "{broken", DropReason.BadJson)]
    [InlineData("json/m", """{"rate":5,"samples":["x"]}""", DropReason.BadNumber)]
    [InlineData("json/m", """{"rate":1e-9,"samples":[1]}""", DropReason.BadRate)]
    [InlineData("json/m", """{"time":"yesterday","rate":5,"samples":[1]}""", DropReason.BadTime)]
    [InlineData("json/m", "[1,2]", DropReason.NoRate)]
    [InlineData("other/m", "1234", DropReason.UnknownTopic)]
    public async Task OnPublish_BadMessage_IsCountedByItsReasonAndStopsNothing(string topic, string payload, DropReason reason)
    {
        Assert.Equal(PublishVerdict.Taken, Publish(topic, Encoding.UTF8.GetBytes(payload)));
        Publish("raw/m/s/a", Floats(1));
        Assert.Single(await FlushAsync());
        Assert.Equal(1, _ingest.Counters.DroppedFor(reason));
        Assert.Equal((2, 1, 1), (_ingest.Counters.Received, _ingest.Counters.Sent, _ingest.Counters.Dropped));
        StageCompliance.AssertSettled(_ingest.Counters);
    }

    [Theory]
    [InlineData("time", "soon", DropReason.BadTime)]
    [InlineData("time", "1800003601000000000", DropReason.BadTime)]
    [InlineData("time", "9223372036854775807", DropReason.BadTime)]
    [InlineData("rate", "-5", DropReason.BadRate)]
    [InlineData("rate", "1e12", DropReason.BadRate)]
    public void OnPublish_BadUserProperty_IsCounted(string name, string value, DropReason reason)
    {
        Publish("raw/m/s/a", Floats(1), (name, value));
        Assert.Equal(1, _ingest.Counters.DroppedFor(reason));
    }

    [Fact]
    public void OnPublish_SecondTopicBadDuringTheFirstsEpisode_IsToldToo()
    {
        Publish("raw/m/s/a", [1, 2, 3]);
        Publish("raw/m/s/a", [1, 2, 3]);
        Publish("raw/m/s/b", [1, 2, 3]);
        Assert.Collection(
            _log.Entries,
            entry => Assert.StartsWith("Dropped a message on raw/m/s/a: badLength", entry.Text, StringComparison.Ordinal),
            entry => Assert.StartsWith("Dropped a message on raw/m/s/b: badLength", entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void OnOversized_IsCounted()
    {
        _ingest.OnOversized(new PublishView("raw/m/s/a"u8, default, default), 50_000_000);
        Assert.Equal((1, 1), (_ingest.Counters.Received, _ingest.Counters.DroppedFor(DropReason.TooLarge)));
    }

    [Fact]
    public async Task OnPublish_BatchFull_AsksForAFlushAndTakesTheMessageThen()
    {
        Assert.Equal(PublishVerdict.Taken, Publish("raw/m/s/a", Floats(new float[50])));
        Assert.Equal(PublishVerdict.NoRoom, Publish("raw/m/s/a", Floats(new float[20])));
        Assert.Single(await FlushAsync());
        Assert.Equal(PublishVerdict.Taken, Publish("raw/m/s/a", Floats(new float[20])));
        Assert.Equal(20, Assert.Single(await FlushAsync()).Samples.Length);
        Assert.Equal(2, _ingest.Counters.Received);
    }

    [Fact]
    public async Task OnPublish_MessageLargerThanABatch_GetsOneOfItsOwn()
    {
        Assert.Equal(PublishVerdict.Taken, Publish("raw/m/s/a", Floats(new float[1000])));
        Assert.Equal(1000, Assert.Single(await FlushAsync()).Samples.Length);
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public async Task Counters_BeforeTheHandOver_HaveReceivedButNotSent()
    {
        Publish("raw/m/s/a", Floats(1));
        Publish("raw/m/s/b", Floats(1));
        Assert.Equal((2, 0), (_ingest.Counters.Received, _ingest.Counters.Sent));
        await FlushAsync();
        Assert.Equal((2, 2), (_ingest.Counters.Received, _ingest.Counters.Sent));
    }

    [Fact]
    public async Task Dispose_MessagesThatNoShardTook_AreCountedAsShutdown()
    {
        Publish("raw/m/s/a", Floats(1));
        await FlushAsync();
        Publish("raw/m/s/a", Floats(1));
        Publish("raw/m/s/b", Floats(1));
        Publish("raw/m/s/b", [1]);
        _shard.Writer.Complete();
        await Assert.ThrowsAsync<ChannelClosedException>(() => _ingest.FlushAsync(CancellationToken.None).AsTask());

        _ingest.Dispose();
        _ingest.Dispose();

        Assert.Equal(2, _ingest.Counters.DroppedFor(DropReason.Shutdown));
        Assert.Equal(0, _pool.Rented);
        StageCompliance.AssertSettled(_ingest.Counters);
    }

    [Fact]
    public async Task OnPublish_AfterARejectedPayloadAndAPause_IsReceivedWhenItCame()
    {
        Publish("raw/m/s/a", [1]);
        await FlushAsync();
        _time.Advance(TimeSpan.FromHours(1));
        long arrived = _time.GetTimestamp();
        Publish("raw/m/s/a", Floats(1));
        await _ingest.FlushAsync(CancellationToken.None);

        Assert.True(_shard.Reader.TryRead(out SampleBatch? batch));
        using (batch)
        {
            Assert.Equal(arrived, batch.ReceivedTimestamp);
        }
    }

    private PublishVerdict Publish(string topic, byte[] payload, params (string Name, string Value)[] properties) =>
        Messages.Offer(_ingest, topic, payload, properties);

    private async Task<List<(SampleBlock Block, float[] Samples)>> FlushAsync()
    {
        await _ingest.FlushAsync(CancellationToken.None);
        var blocks = new List<(SampleBlock, float[])>();
        while (_shard.Reader.TryRead(out SampleBatch? batch))
        {
            using (batch)
            {
                foreach (SampleBlock block in batch.Blocks)
                {
                    blocks.Add((block, batch.Samples(block).ToArray()));
                }
            }
        }

        return blocks;
    }

    private static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
