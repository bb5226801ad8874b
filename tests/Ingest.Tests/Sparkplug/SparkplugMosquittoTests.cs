using System.Collections.Concurrent;
using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Sparkplug;
using static Thrum.Ingest.Tests.Sparkplug.SparkplugPayloads;

namespace Thrum.Ingest.Tests.Sparkplug;

/// <summary>An edge node that speaks Sparkplug over mosquitto, and answers the command to be born again.</summary>
[Trait("Category", "Integration")]
public sealed class SparkplugMosquittoTests
{
    [Fact]
    public async Task RunAsync_NodeWhoseBirthWasMissed_IsAskedAndItsSamplesArrive()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        var options = new MqttOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            MaxStampAhead = TimeSpan.FromDays(3650),
            Topics = [new TopicOptions { Template = "spBv1.0/plant/{machine}/{sensor}/Vibration/{axis}", Format = "sparkplug", SampleRateHz = 25600 }],
        };
        MqttSessionOptions session = options.ToSession();
        Channel<SampleBatch> shard = Channel.CreateBounded<SampleBatch>(64);
        using var ingest = new SampleIngest(options, new StreamRegistry(1), new SampleBatchPool(), [shard.Writer], TimeProvider.System, new ListLogger<SampleIngest>());
        var rebirths = new SparkplugRebirths(session, mayAsk: true, TimeProvider.System, new ListLogger<SparkplugRebirths>());
        var stage = new SparkplugStage(options, ingest, ingest, rebirths, new ListLogger<SparkplugStage>());
        using var stop = new CancellationTokenSource(Patience.Limit);
        var receiver = new MqttSession(session, TimeProvider.System, new ListLogger<MqttSession>());
        Task receiving = receiver.RunAsync(stage, stop.Token), asking = rebirths.RunAsync(stop.Token);
        await using var edge = await EdgeNode.StartAsync(session with { ClientId = "edge" });
        await Patience.UntilAsync(() => receiver.IsSubscribed);

        // The gateway came later than the birth: the first data cannot be understood, and brings the command that brings the birth.
        await edge.SendAsync("DDATA", Of(9, Floats(5, 1, 2, 3)));
        await edge.RebornAsync.WaitAsync(stop.Token);
        await edge.SendAsync("DDATA", Of(2, Floats(5, 4, 5, 6)));

        using SampleBatch batch = await shard.Reader.ReadAsync(stop.Token);
        SampleBlock block = batch.Blocks[0];
        Assert.Equal("edge/drive/x", block.Stream.Id.ToString());
        Assert.Equal([4f, 5f, 6f], batch.Samples(block).ToArray());
        Assert.Equal(1, ingest.Counters.DroppedFor(DropReason.NoBirth));
        await stop.CancelAsync();
        await asking;
        await receiving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private sealed class EdgeNode : IMessageHandler, IAsyncDisposable
    {
        private readonly TaskCompletionSource _reborn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _stop = new();
        private readonly MqttPublisher _publisher;
        private readonly Task _listening;
        private readonly ConcurrentQueue<byte[]> _commands = new();

        private EdgeNode(MqttPublisher publisher, MqttSession commands)
        {
            _publisher = publisher;
            _listening = commands.RunAsync(this, _stop.Token);
        }

        /// <summary>Ends when the node was asked for its birth and has said it.</summary>
        public Task RebornAsync => _reborn.Task;

        public static async Task<EdgeNode> StartAsync(MqttSessionOptions options)
        {
            MqttPublisher publisher = await MqttPublisher.ConnectAsync(options with { ClientId = "edge-out" }, TimeProvider.System, CancellationToken.None);
            var commands = new MqttSession(
                options with { Subscriptions = [new MqttSubscription("spBv1.0/plant/NCMD/edge", MqttQos.AtMostOnce)] }, TimeProvider.System, new ListLogger<MqttSession>());
            var node = new EdgeNode(publisher, commands);
            await Patience.UntilAsync(() => commands.IsSubscribed);

            return node;
        }

        public async Task SendAsync(string type, byte[] payload)
        {
            string topic = type[0] == 'N' ? $"spBv1.0/plant/{type}/edge" : $"spBv1.0/plant/{type}/edge/drive";
            await _publisher.PublishAsync(topic, payload);
            await _publisher.DrainAsync();
        }

        public PublishVerdict OnPublish(in PublishView message)
        {
            _commands.Enqueue(message.Payload.ToArray());
            return PublishVerdict.Taken;
        }

        public void OnOversized(in PublishView beginning, long bytes) => throw new NotSupportedException();

        public async ValueTask FlushAsync(CancellationToken ct)
        {
            while (_commands.TryDequeue(out byte[]? command))
            {
                Wire.Metric metric = Assert.Single(Wire.Payload.Parser.ParseFrom(command).Metrics);
                Assert.Equal(("Node Control/Rebirth", true), (metric.Name, metric.BooleanValue));
                await SendAsync("NBIRTH", Of(0, Session(1)));
                await SendAsync("DBIRTH", Of(1, Born("Vibration/x", 5, 30)));
                _reborn.TrySetResult();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening.ContinueWith(_ => { }, TaskScheduler.Default);
            await _publisher.DisposeAsync();
            _stop.Dispose();
        }
    }
}
