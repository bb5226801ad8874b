using System.Text;
using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class StreamLimitTests : IDisposable
{
    private readonly StreamRegistry _streams = new(1, maxStreams: 100);
    private readonly ListLogger<SampleIngest> _log = new();
    private readonly SampleIngest _ingest;

    public StreamLimitTests() => _ingest = new SampleIngest(
        new MqttOptions { Topics = [new TopicOptions { Template = "json/{machine}", Format = "json" }] },
        _streams, new SampleBatchPool(1 << 20, 1 << 14), [Channel.CreateBounded<SampleBatch>(64).Writer], new ManualTimeProvider(), _log);

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public void OnPublish_MoreTopicsThanStreams_DropsTheFurtherOnesAndKeepsTheKnown()
    {
        for (int i = 0; i < 300; i++)
        {
            Publish($"json/m{i}", """{"rate":5,"samples":[1]}""");
        }

        Publish("json/m7", """{"rate":5,"samples":[1]}""");

        Assert.Equal(100, _streams.Snapshot().Count);
        Assert.Equal((301, 200), (_ingest.Counters.Received, _ingest.Counters.DroppedFor(DropReason.TooManyStreams)));
        Assert.StartsWith("Dropped a message on json/m100: tooManyStreams", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void OnPublish_PayloadsThatKeepNamingNewAxes_AreDroppedBeyondTheTopicsLimit()
    {
        for (int i = 0; i < 200; i++)
        {
            Publish("json/m", $$$"""{"rate":5,"axes":{"known":[1],"a{{{i}}}":[1]}}""");
        }

        Publish("json/n", """{"rate":5,"axes":{"x":[1]}}""");

        Assert.Equal(TopicRoute.MaxNamedAxes + 1, _streams.Snapshot().Count);
        Assert.Equal(200 - TopicRoute.MaxNamedAxes + 1, _ingest.Counters.DroppedFor(DropReason.TooManyStreams));
    }

    [Fact]
    public void OnPublish_AxisWithALongName_IsDroppedAndNotMadeKnown()
    {
        Publish("json/m", $$$"""{"rate":5,"axes":{"{{{new string('a', AxisId.MaxNameBytes + 1)}}}":[1]}}""");

        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadAxis));
        Assert.Empty(_streams.Snapshot());
    }

    [Fact]
    public void OnPublish_MessageWithoutUsableSamples_MakesNoStreamKnown()
    {
        Publish("json/m", "[1,2]");
        Publish("json/m", "{broken");

        Assert.Empty(_streams.Snapshot());
    }

    [Fact]
    public void OnPublish_FloodOfUnknownTopics_TakesNoPlaceFromSensors()
    {
        for (int i = 0; i < 70_000; i++)
        {
            Publish($"other/{i}", "[1]");
        }

        Publish("json/m", """{"rate":5,"samples":[1]}""");

        Assert.Equal(70_000, _ingest.Counters.DroppedFor(DropReason.UnknownTopic));
        Assert.Equal((0, 1), (_ingest.Counters.DroppedFor(DropReason.TooManyStreams), _streams.Snapshot().Count));
    }

    [Fact]
    public void OnPublish_MoreMatchingTopicsThanTheTableHolds_DropsTheFurtherOnes()
    {
        for (int i = 0; i < 65_536 + 5; i++)
        {
            Publish($"json/{i}", "{broken");
        }

        Assert.Equal((65_536, 5), (_ingest.Counters.DroppedFor(DropReason.BadJson), _ingest.Counters.DroppedFor(DropReason.TooManyStreams)));
    }

    private void Publish(string topic, string payload) =>
        Assert.Equal(PublishVerdict.Taken, Messages.Offer(_ingest, topic, Encoding.UTF8.GetBytes(payload)));
}
