using System.Threading.Channels;
using Google.Protobuf;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Tests.Pipeline;
using Thrum.Ingest.Tests.Sparkplug.Wire;
using static Thrum.Ingest.Tests.Sparkplug.SparkplugPayloads;

namespace Thrum.Ingest.Tests.Sparkplug;

public sealed class SparkplugStageTests : IDisposable
{
    private const string Birth = "spBv1.0/plant/NBIRTH/edge", DeviceBirth = "spBv1.0/plant/DBIRTH/edge/drive", Data = "spBv1.0/plant/DDATA/edge/drive";

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds((long)SentMs));
    private readonly Channel<SampleBatch> _shard = Channel.CreateBounded<SampleBatch>(64);
    private readonly ListLogger<SparkplugStage> _log = new();
    private readonly SampleIngest _ingest;
    private readonly SparkplugStage _stage;

    public SparkplugStageTests()
    {
        var options = new MqttOptions
        {
            Topics =
            [
                new TopicOptions { Template = "spBv1.0/plant/{machine}/{sensor}/Vibration/{axis}", Format = "sparkplug", SampleRateHz = 1000, Scale = 2 },
                new TopicOptions { Template = "spBv1.0/plant/{machine}//{axis}", Format = "Sparkplug", SampleRateHz = 10 },
                new TopicOptions { Template = "raw/{machine}", SampleRateHz = 100 },
            ],
        };
        _ingest = new SampleIngest(
            options, new StreamRegistry(1), new SampleBatchPool(samplesPerBatch: 256, blocksPerBatch: 40), [_shard.Writer], _time, new ListLogger<SampleIngest>());
        _stage = new SparkplugStage(
            options, _ingest, _ingest, new SparkplugRebirths(new MqttSessionOptions { Host = "h", ClientId = "c" }, mayAsk: true, _time, new ListLogger<SparkplugRebirths>()), _log);
    }

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public async Task Data_ArraysByAlias_AreBlocksOfTheBirthsNamesAndTypes()
    {
        Offer(Birth, Of(0, Session(1)));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30), Born("Vibration/y", 6, 23), Born("Temperature", 7, 9)));
        Offer(Data, Of(2, Floats(5, 1, 2.5f), new Metric { Alias = 6, Timestamp = SentMs + 7, BytesValue = Packed<short>(-3, 4, 5) }, new Metric { Alias = 7, FloatValue = 20 }));

        (SampleBlock Block, float[] Samples)[] blocks = await FlushAsync();

        Assert.Equal(["edge/drive/x", "edge/drive/y"], blocks.Select(block => block.Block.Stream.Id.ToString()));
        Assert.Equal([2f, 5f], blocks[0].Samples);
        Assert.Equal([-6f, 8f, 10f], blocks[1].Samples);
        Assert.Equal([(long)SentMs * 1_000_000, ((long)SentMs + 7) * 1_000_000], blocks.Select(block => block.Block.FirstSampleUnixNs));
        Assert.All(blocks, block => Assert.Equal((TimeSource.Stamped, 1000.0), (block.Block.Time, block.Block.SampleRateHz)));
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData(22u, new byte[] { 0x80, 0x7F }, new[] { -128f, 127f })]
    [InlineData(26u, new byte[] { 0x80, 0xFF }, new[] { 128f, 255f })]
    [InlineData(27u, new byte[] { 0xFF, 0xFF }, new[] { 65535f })]
    [InlineData(24u, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, new[] { -2f })]
    [InlineData(28u, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, new[] { 4294967294f })]
    [InlineData(25u, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, new[] { -2f })]
    [InlineData(29u, new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }, new[] { 3f })]
    [InlineData(31u, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x3F }, new[] { 1f })]
    public async Task Data_ArrayOfEveryType_HasItsNumbers(uint type, byte[] bytes, float[] expected)
    {
        Offer(Data, Of(0, new Metric { Name = "Vibration/x", Datatype = type, BytesValue = ByteString.CopyFrom(bytes) }));

        Assert.Equal(expected.Select(value => 2 * value), Assert.Single(await FlushAsync()).Samples);
    }

    [Fact]
    public async Task Data_SingleValuesOfANode_AreOneSampleEach()
    {
        Offer(Birth, Of(0, Born("a", 1, 1), Born("b", 2, 3), Born("c", 3, 7), Born("d", 4, 4), Born("e", 5, 9), Born("f", 6, 10), Born("text", 7, 12), Born("g", 8, 9)));
        Offer("spBv1.0/plant/NDATA/edge", Of(1,
            new Metric { Alias = 1, IntValue = 0xFFFFFFFE }, new Metric { Alias = 2, IntValue = 0xFFFFFFFD }, new Metric { Alias = 3, IntValue = 7 },
            new Metric { Alias = 4, LongValue = ulong.MaxValue }, new Metric { Alias = 5, FloatValue = 1.5f }, new Metric { Alias = 6, DoubleValue = 2.5 },
            new Metric { Alias = 7, StringValue = "no sample" }, new Metric { Alias = 8, IsNull = true }));

        (SampleBlock Block, float[] Samples)[] blocks = await FlushAsync();

        Assert.Equal(["a", "b", "c", "d", "e", "f", "g"], blocks.Select(block => block.Block.Stream.Id.Axis));
        Assert.All(blocks, block => Assert.Equal(("edge", "default"), (block.Block.Stream.Id.Machine, block.Block.Stream.Id.Sensor)));
        Assert.Equal([-2f, -3f, 7f, -1f, 1.5f, 2.5f, float.NaN], blocks.Select(block => Assert.Single(block.Samples)));
    }

    [Fact]
    public async Task Data_WithoutItsBirth_IsRefusedAndTheNodeAskedOnceAMinute()
    {
        byte[] data = Of(3, Floats(5, 1));
        Offer(Data, data);
        Offer(Data, Of(4, Floats(5, 1)));

        Assert.Equal(2, _ingest.Counters.DroppedFor(DropReason.NoBirth));
        Assert.Single(_log.Entries);
        Assert.Empty(await FlushAsync());

        _time.Advance(SparkplugRebirths.Interval);
        Offer(Data, Of(5, Floats(5, 1)));
        Assert.Equal(2, _log.Entries.Count);

        Offer(Birth, Of(0));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30)));
        Offer(Data, Of(2, Floats(5, 1)));
        Assert.Single(await FlushAsync());
    }

    [Fact]
    public async Task Data_AfterAGap_CountsAndAsksForTheBirth()
    {
        Offer(Birth, Of(254));
        Offer(DeviceBirth, Of(255, Born("Vibration/x", 5, 30)));
        Offer(Data, Of(0, Floats(5, 1)));
        Offer(Data, Of(0, Floats(5, 1)));
        Assert.Empty(_log.Entries);

        Offer(Data, Of(2, Floats(5, 2)));

        Assert.Equal(3, (await FlushAsync()).Length);
        Assert.Contains("missing", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_AfterAGapThatMayHoldABirth_NeedsIt()
    {
        Offer(Birth, Of(0));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30)));
        Offer(Data, Of(16, Floats(5, 1)));
        Assert.Equal(0, _ingest.Counters.DroppedFor(DropReason.NoBirth));
        Offer(Data, Of(32, Floats(5, 1)));

        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.NoBirth));
    }

    [Fact]
    public async Task Data_ReplayedFromBeforeTheBirth_DoesNotDisturbTheOrder()
    {
        byte[] before = new Payload { Timestamp = SentMs - 5000, Seq = 200, Metrics = { Floats(5, 1) } }.ToByteArray();
        Offer(Data, before);
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.NoBirth));

        Offer(Birth, Of(0));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30)));
        Offer(Data, before);
        Offer(Data, Of(2, Floats(5, 2)));

        (SampleBlock Block, float[] Samples)[] blocks = await FlushAsync();
        Assert.Equal([2f, 4f], blocks.Select(block => block.Samples[0]));
        Assert.Single(_log.Entries);
    }

    [Fact]
    public void Death_OfTheNodeOrDevice_VoidsTheBirths()
    {
        Offer(Birth, Of(0, Session(7)));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30)));
        Offer("spBv1.0/plant/NDEATH/edge", new Payload { Metrics = { Session(6) } }.ToByteArray());
        Offer(Data, Of(2, Floats(5, 1)));
        Assert.Equal(0, _ingest.Counters.DroppedFor(DropReason.NoBirth));

        Offer("spBv1.0/plant/DDEATH/edge/drive", Of(3));
        Offer(Data, Of(4, Floats(5, 1)));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.NoBirth));

        Offer(DeviceBirth, Of(5, Born("Vibration/x", 5, 30)));
        Offer(Data, Of(6, Floats(5, 1)));
        Offer("spBv1.0/plant/NDEATH/edge", new Payload { Metrics = { Session(7) } }.ToByteArray());
        Offer(Data, Of(7, Floats(5, 1)));
        Assert.Equal(2, _ingest.Counters.DroppedFor(DropReason.NoBirth));
    }

    [Fact]
    public async Task Data_Historical_NeedsATimeOfItsOwn()
    {
        var past = new Metric { Name = "Vibration/x", Datatype = 30, IsHistorical = true, Timestamp = SentMs - 60_000, BytesValue = Packed(1f) };
        Offer(Data, Of(0, past));
        past.ClearTimestamp();
        Offer(Data, Of(1, past));

        SampleBlock block = Assert.Single(await FlushAsync()).Block;
        Assert.Equal(((long)(SentMs - 60_000) * 1_000_000, true), (block.FirstSampleUnixNs, block.IsHistorical));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadTime));
    }

    [Fact]
    public async Task Data_OfThePresent_IsNotHistorical()
    {
        Offer(Data, Of(0, new Metric { Name = "Vibration/x", Datatype = 30, Timestamp = SentMs, BytesValue = Packed(1f) }));

        Assert.False(Assert.Single(await FlushAsync()).Block.IsHistorical);
    }

    [Fact]
    public void Data_Unusable_IsCountedByItsReason()
    {
        Offer(Data, [0x12, 0x7F]);
        Offer(Data, Of(0, new Metric { Name = "Vibration/x", Datatype = 30, BytesValue = ByteString.CopyFrom(1, 2, 3) }));
        Offer(Data, Of(1, new Metric { Name = "Vibration/x", Datatype = 30, FloatValue = 1 }));
        Offer(Data, Of(2, new Metric { Name = "Vibration/x", Datatype = 30, Timestamp = ulong.MaxValue, BytesValue = Packed(1f) }));
        Offer(Data, Of(3, new Metric { Name = "Pressure", Datatype = 9, FloatValue = 1 }));

        Assert.Equal(2, _ingest.Counters.DroppedFor(DropReason.BadPayload));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadLength));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadTime));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.UnknownTopic));
        Assert.Equal(5, _ingest.Counters.Received);
    }

    [Fact]
    public async Task Data_MoreThanABatchHolds_IsHandedOnInPartsAndEachOnce()
    {
        float[][] samples = [.. Enumerable.Range(0, 10).Select(i => Enumerable.Repeat((float)i, 50).ToArray())];
        Metric[] values = [.. samples.Select((block, i) => new Metric { Name = "Vibration/x", Datatype = 30, Timestamp = SentMs + (ulong)(50 * i), BytesValue = Packed(block) })];
        byte[] data = Of(0, values);
        List<(SampleBlock Block, float[] Samples)> blocks = [];
        int offers = 1;
        while (Messages.Offer(_stage, Data, data) == PublishVerdict.NoRoom)
        {
            blocks.AddRange(await FlushAsync());
            offers++;
        }

        blocks.AddRange(await FlushAsync());
        Assert.InRange(offers, 2, 10);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 2f * i), blocks.Select(block => block.Samples[^1]));
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Birth_Properties_TellRateAndUnit()
    {
        Metric born = Born("Vibration/x", 5, 30);
        born.Properties = new PropertySet { Keys = { "Quality", "sampleRate", "engUnit" }, Values = { new PropertyValue { Type = 3, IntValue = 192 }, new PropertyValue { Type = 10, DoubleValue = 25600 }, new PropertyValue { Type = 12, StringValue = "mm/s" } } };
        Offer(DeviceBirth, Of(0, born));
        Offer(Data, Of(1, Floats(5, 1)));

        Assert.Equal(25600, Assert.Single(await FlushAsync()).Block.SampleRateHz);
        born.Properties.Values[2].StringValue = "furlongs";
        Offer(DeviceBirth, Of(2, born));
        Offer(Data, Of(3, Floats(5, 1)));
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadUnit));
    }

    [Fact]
    public async Task OnPublish_OtherTopics_Pass()
    {
        Offer("raw/m", BitConverter.GetBytes(1.5f));
        Offer("spBv1.0/plant/NCMD/edge", Of(0));
        Offer("spBv1.0/STATE/host", "{}"u8.ToArray());

        (SampleBlock Block, float[] Samples) only = Assert.Single(await FlushAsync());
        Assert.Equal([1.5f], only.Samples);
        Assert.Equal((3, 3), (_ingest.Counters.Received, _ingest.Counters.Sent));
    }

    [Fact]
    public void Data_OfKnownMetrics_AllocatesNothing()
    {
        Offer(Birth, Of(0));
        Offer(DeviceBirth, Of(1, Born("Vibration/x", 5, 30), Born("Vibration/y", 6, 28)));
        byte[] data = Of(2, Floats(5, 1, 2), new Metric { Alias = 6, BytesValue = Packed(1u, 2u) });

        Assert.Equal(0, Allocations.WhenWarm(() => _stage.OnPublish(
            new PublishView("spBv1.0/plant/DDATA/edge/drive"u8, default, data) { ArrivalUnixNs = (long)SentMs * 1_000_000, ArrivalTimestamp = 1 })));
    }

    [Fact]
    public void RebirthCommand_IsWhatSparkplugSays()
    {
        byte[] command = new SparkplugRebirths(new MqttSessionOptions { Host = "h", ClientId = "c" }, mayAsk: true, _time, new ListLogger<SparkplugRebirths>()).RebirthCommand();

        var expected = new Payload
        {
            Timestamp = SentMs,
            Metrics = { new Metric { Name = "Node Control/Rebirth", Timestamp = SentMs, Datatype = 11, BooleanValue = true } },
        };
        Assert.Equal(expected, Payload.Parser.ParseFrom(command));
    }

    [Theory]
    [InlineData("spBv1.0/plant/{machine}/{sensor}/{axis}", "spBv1.0/plant/+/+/#")]
    [InlineData("spBv1.0/{machine}/edge//{axis}", "spBv1.0/+/+/edge/#")]
    public void Subscription_OfATemplate_BringsTheNodesMessagesToo(string template, string filter)
    {
        var topic = new TopicOptions { Template = template, Format = "sparkplug" };

        Assert.Empty(topic.Faults());
        Assert.Equal(filter, Assert.Single(MqttOptionsMapping.ToSession(new MqttOptions { Topics = [topic] }).Subscriptions).Filter);
    }

    [Theory]
    [InlineData("vibration/{machine}/{sensor}/{axis}")]
    [InlineData("spBv1.0/plant/{machine}/{axis}")]
    [InlineData("spBv1.0/#")]
    public void Faults_TemplateThatNamesNoMetric_SaysWhatIsExpected(string template) => Assert.Contains(
        new TopicOptions { Template = template, Format = "sparkplug" }.Faults(), fault => fault.Contains("expected spBv1.0/group/node/device/metric", StringComparison.Ordinal));

    private void Offer(string topic, byte[] payload) => Assert.Equal(PublishVerdict.Taken, Messages.Offer(_stage, topic, payload));

    private async Task<(SampleBlock Block, float[] Samples)[]> FlushAsync()
    {
        await _stage.FlushAsync(TestContext.Current.CancellationToken);
        List<(SampleBlock, float[])> blocks = [];
        while (_shard.Reader.TryRead(out SampleBatch? batch))
        {
            using (batch)
            {
                blocks.AddRange(batch.Blocks.ToArray().Select(block => (block, batch.Samples(block).ToArray())));
            }
        }

        return [.. blocks];
    }
}
