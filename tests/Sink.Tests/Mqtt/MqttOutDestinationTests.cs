using System.Text.Json;
using Thrum.Detector;
using Thrum.Detector.Alarms;
using Thrum.Detector.Publishing;
using Thrum.Detector.Scores;
using Thrum.Sink.Mqtt;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Mqtt;

public sealed class MqttOutDestinationTests
{
    private readonly Given _given = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<MqttOutDestination> _log = new();
    private readonly FakeBroker _broker = new();

    [Fact]
    public async Task Write_Transition_IsRetainedUnderItsTopic()
    {
        await using MqttOutDestination destination = Create(new MqttOutOptions());
        AlarmTransition transition = Given.Transition(machine: "pump/7");
        await WriteAsync(destination, transition);
        await destination.CompleteAsync(CancellationToken.None).InTime();
        (string topic, string payload, bool retain) = Assert.Single(_broker.Published);
        Assert.Equal(("thrum/hall 3/alarm/pump_7/bearing/x/mse-high", true), (topic, retain));
        Assert.Equal(transition.Id.ToString("D"), JsonDocument.Parse(payload).RootElement.GetProperty("transitionId").GetString());
    }

    [Fact]
    public async Task Connection_Lost_EveryStateIsPublishedAgain()
    {
        await using MqttOutDestination destination = Create(new MqttOutOptions(), Given.Transition(machine: "old"));
        await _broker.WaitAsync(1);
        _broker.IsBroken = true;
        await WriteAsync(destination, Given.Transition(machine: "new"));
        await AdvanceUntilAsync(() => _log.CountOf(EventIds.OutageBegan) == 1);
        _broker.IsBroken = false;
        await AdvanceUntilAsync(() => _broker.Published.Count >= 3);
        Assert.Equal(["new", "old"], _broker.Published.Skip(1).Select(message => message.Topic.Split('/')[3]).Order());
        Assert.Equal(1, _log.CountOf(EventIds.OutageEnded));
    }

    [Fact]
    public async Task Write_BrokerNeverThere_NeverWaits()
    {
        _broker.IsBroken = true;
        await using MqttOutDestination destination = Create(new MqttOutOptions { Scores = true });
        for (int i = 0; i < 1000; i++)
        {
            using ScoreBatch batch = _given.Batch(1, from: i);
            Task written = destination.WriteAsync(batch, CancellationToken.None).AsTask();
            Assert.True(written.IsCompletedSuccessfully);
        }

        await destination.CompleteAsync(new CancellationToken(canceled: true)).InTime();
    }

    [Fact]
    public async Task Write_ManyWindows_OnlyTheNewestScoreIsPublished()
    {
        _broker.IsBroken = true;
        await using MqttOutDestination destination = Create(new MqttOutOptions { Scores = true });
        using (ScoreBatch batch = _given.Batch(5))
        {
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        _broker.IsBroken = false;
        await AdvanceUntilAsync(() => _broker.Published.Count >= 1);
        (string topic, string payload, bool retain) = Assert.Single(_broker.Published);
        Assert.Equal(("thrum/hall 3/score/pump/bearing/x", false), (topic, retain));
        Assert.Equal(4, JsonDocument.Parse(payload).RootElement.GetProperty("score").GetDouble());
    }

    [Theory]
    [InlineData("thrum", true)]
    [InlineData("plant/7/thrum", true)]
    [InlineData("", false)]
    [InlineData("a/#", false)]
    [InlineData("/a", false)]
    [InlineData("$SYS/a", false)]
    public void Faults_Prefix_IsChecked(string prefix, bool good) => Assert.Equal(good, !new MqttOutOptions { Prefix = prefix }.Faults().Any());

    private MqttOutDestination Create(MqttOutOptions options, params AlarmTransition[] latest) => new(options, "hall 3", latest, _broker, _time, _log);

    private async Task WriteAsync(MqttOutDestination destination, AlarmTransition transition)
    {
        using ScoreBatch batch = _given.Pool.Rent();
        batch.Append(transition);
        await destination.WriteAsync(batch, CancellationToken.None);
    }

    private Task AdvanceUntilAsync(Func<bool> condition) => _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), condition);

    private sealed class FakeBroker : IMessagePublisherFactory
    {
        private readonly List<(string Topic, string Payload, bool Retain)> _published = [];

        public volatile bool IsBroken;

        public IReadOnlyList<(string Topic, string Payload, bool Retain)> Published
        {
            get
            {
                lock (_published)
                {
                    return [.. _published];
                }
            }
        }

        public Task WaitAsync(int count) => Patience.UntilAsync(() => Published.Count >= count, "messages");

        public Task<IMessagePublisher> ConnectAsync(CancellationToken cancellationToken) =>
            IsBroken ? Task.FromException<IMessagePublisher>(new Broken()) : Task.FromResult<IMessagePublisher>(new Connection(this));

        private void Take(string topic, ReadOnlyMemory<byte> payload, bool retain)
        {
            ThrowIfBroken();
            lock (_published)
            {
                _published.Add((topic, System.Text.Encoding.UTF8.GetString(payload.Span), retain));
            }
        }

        private void ThrowIfBroken()
        {
            if (IsBroken)
            {
                throw new Broken();
            }
        }

        private sealed class Connection(FakeBroker broker) : IMessagePublisher
        {
            public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
            {
                broker.Take(topic, payload, retain);
                return ValueTask.CompletedTask;
            }

            public ValueTask DrainAsync(CancellationToken cancellationToken)
            {
                broker.ThrowIfBroken();
                return ValueTask.CompletedTask;
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }

        private sealed class Broken() : ThrumException("broken");
    }
}
