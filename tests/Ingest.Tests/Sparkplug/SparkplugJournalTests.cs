using System.Threading.Channels;
using Thrum.Detector.Durability;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Tests.Pipeline;
using Thrum.Ingest.Tests.Sparkplug.Wire;
using static Thrum.Ingest.Tests.Sparkplug.SparkplugPayloads;

namespace Thrum.Ingest.Tests.Sparkplug;

/// <summary>What is in the journal needs no birth: it is read after a crash as it was read before.</summary>
public sealed class SparkplugJournalTests
{
    private static readonly MqttOptions Options = new()
    {
        Topics = [new TopicOptions { Template = "spBv1.0/plant/{machine}/{sensor}/{axis}", Format = "sparkplug", SampleRateHz = 1000 }],
    };

    [Fact]
    public async Task Recover_WithoutTheBirths_DecodesWhatWasJournalled()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using var journal = new MemoryJournal();
        List<ulong> acknowledged = [];
        await using (Run first = new(journal, acknowledged))
        {
            first.Offer("spBv1.0/plant/NBIRTH/edge", Of(0), 1);
            first.Offer("spBv1.0/plant/DBIRTH/edge/drive", Of(1, Born("x", 5, 30), Born("y", 6, 30)), 2);
            first.Offer("spBv1.0/plant/DDATA/edge/drive", Of(2, Floats(5, 1, 2), Floats(6, 3)), 3);
            first.Offer("spBv1.0/plant/DDATA/edge/drive", Of(3, new Metric { Alias = 9, FloatValue = 1 }), 4);
            await first.StopAsync();
            Assert.Equal(["edge/drive/x 1,2", "edge/drive/y 3"], first.Blocks());
            Assert.Equal(1, first.Decode.Counters.DroppedFor(DropReason.NoBirth));
        }

        Assert.Equal(4UL, acknowledged[^1]);

        await using Run second = new(journal, acknowledged);
        await second.Journalled.RecoverAsync(0, ct, ct);
        await second.StopAsync();
        Assert.Equal(["edge/drive/x 1,2", "edge/drive/y 3"], second.Blocks());
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds((long)SentMs));
        private readonly Channel<SampleBatch> _shard = Channel.CreateBounded<SampleBatch>(64);
        private readonly SparkplugStage _stage;

        public Run(IJournal journal, List<ulong> acknowledged)
        {
            Decode = new SampleIngest(Options, new StreamRegistry(1), new SampleBatchPool(), [_shard.Writer], _time, new ListLogger<SampleIngest>());
            Journalled = new JournalIngest(Decode, journal, Acknowledge, new JournalPacing(TimeSpan.FromHours(1), long.MaxValue), _time, new ListLogger<JournalIngest>());
            var rebirths = new SparkplugRebirths(new MqttSessionOptions { Host = "h", ClientId = "c" }, mayAsk: true, _time, new ListLogger<SparkplugRebirths>());
            _stage = new SparkplugStage(Options, Journalled, Decode, rebirths, new ListLogger<SparkplugStage>());

            ValueTask Acknowledge(ulong sequence)
            {
                acknowledged.Add(sequence);
                return ValueTask.CompletedTask;
            }
        }

        public SampleIngest Decode { get; }

        public JournalIngest Journalled { get; }

        public void Offer(string topic, byte[] payload, ulong sequence) => Assert.Equal(
            PublishVerdict.Taken,
            _stage.OnPublish(new PublishView(System.Text.Encoding.UTF8.GetBytes(topic), default, payload) { Sequence = sequence, PacketId = (ushort)sequence, Qos = MqttQos.AtLeastOnce }));

        public async Task StopAsync()
        {
            Journalled.Complete();
            await Journalled.RunAsync(CancellationToken.None).InTime();
        }

        public IEnumerable<string> Blocks()
        {
            while (_shard.Reader.TryRead(out SampleBatch? batch))
            {
                using (batch)
                {
                    foreach (SampleBlock block in batch.Blocks.ToArray())
                    {
                        yield return $"{block.Stream.Id} {string.Join(',', batch.Samples(block).ToArray())}";
                    }
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Decode.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
