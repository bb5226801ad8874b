using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class DeadLetterTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));
    private readonly Letters _letters = new();
    private readonly SampleIngest _ingest;

    public DeadLetterTests() => _ingest = new SampleIngest(
        new MqttOptions { Topics = [new TopicOptions { Template = "json/{machine}", Format = "json" }] },
        new StreamRegistry(1), new SampleBatchPool(), [Channel.CreateBounded<SampleBatch>(4).Writer], _time, new ListLogger<SampleIngest>())
    {
        DeadLetters = _letters,
    };

    public void Dispose() => _ingest.Dispose();

    [Fact]
    public void OnPublish_Undecodable_IsKeptWithItsReasonTimeAndProperties()
    {
        Assert.Equal(PublishVerdict.Taken, Messages.Offer(_ingest, "json/m1", "[1,"u8.ToArray(), ("rate", "100"), ("colour", "red"), ("time", "5")));
        DeadLetter letter = Assert.Single(_letters.Taken);
        Assert.Equal((DeadLetter.Message, "json/m1", DropReason.BadJson, 1_800_000_000_000_000_000, 3L), (letter.Kind, letter.Source, letter.Reason, letter.ReceivedUnixNs, letter.Bytes));
        Assert.Equal("time=5\nrate=100\n", letter.Properties);
        Assert.Equal("[1,"u8, letter.Payload.Span);
        Assert.True(letter.IsWhole);
        Assert.Contains("BadJson", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void OnPublish_LongPayload_KeepsItsBeginning()
    {
        Messages.Offer(_ingest, "json/m1", new byte[DeadLetter.MaxPayloadBytes + 1]);
        DeadLetter letter = Assert.Single(_letters.Taken);
        Assert.Equal((DeadLetter.MaxPayloadBytes, DeadLetter.MaxPayloadBytes + 1L, false), (letter.Payload.Length, letter.Bytes, letter.IsWhole));
    }

    [Fact]
    public void OnOversized_Message_KeepsItsTopicAndBeginning()
    {
        _ingest.OnOversized(new PublishView("json/m1"u8, default, "[1,2,"u8), 50_000_000);
        DeadLetter letter = Assert.Single(_letters.Taken);
        Assert.Equal(("json/m1", DropReason.TooLarge, 50_000_000L, 1_800_000_000_000_000_000, false), (letter.Source, letter.Reason, letter.Bytes, letter.ReceivedUnixNs, letter.IsWhole));
        Assert.Equal("[1,2,"u8, letter.Payload.Span);
    }

    [Fact]
    public void OnPublish_GoodMessagesAndUnknownTopics_AreNoDeadLetters()
    {
        Messages.Offer(_ingest, "json/m1", "[1]"u8.ToArray(), ("rate", "100"));
        Messages.Offer(_ingest, "elsewhere", "[1,"u8.ToArray());
        Assert.Empty(_letters.Taken);
    }

    [Fact]
    public void OnPublish_StoreWithoutRoom_IsNotOfferedAnything()
    {
        _letters.HasRoom = false;
        Messages.Offer(_ingest, "json/m1", "[1,"u8.ToArray());
        Assert.Empty(_letters.Taken);
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadJson));
    }

    private sealed class Letters : IDeadLetterStore
    {
        public List<DeadLetter> Taken { get; } = [];

        public bool HasRoom { get; set; } = true;

        public bool TryAdd(DeadLetter letter)
        {
            Taken.Add(letter);
            return true;
        }
    }
}
