using System.Buffers.Binary;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>
/// The same expectations as of mosquitto, of a broker written independently of it. RabbitMQ before 3.13 speaks MQTT 3.1.1 only, and
/// grants QoS 2 as QoS 1. One broker serves all tests, since it takes long to start.
/// </summary>
[Trait("Category", "Integration")]
public sealed class RabbitMqTests(RabbitMqTests.Broker broker) : IClassFixture<RabbitMqTests.Broker>
{
    private const int Messages = 3000;

    [Theory]
    [InlineData(MqttQos.AtMostOnce, MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce, MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce, MqttQos.AtLeastOnce)]
    public async Task RunAsync_ThousandsOfMessages_ArriveOnceInOrder(MqttQos asked, MqttQos granted)
    {
        MqttSessionOptions options = Options(await broker.PortAsync());
        string topic = $"v/{asked}";
        await using RunningSession running = RunningSession.Start(options with { Subscriptions = [new(topic, asked)] });
        await Patience.UntilAsync(() => running.Session.IsSubscribed, "the subscription");

        await PublishAsync(options, topic, granted, 0, Messages);
        await running.Handler.Until(handler => handler.Messages.Count >= Messages);
        Assert.Equal(Enumerable.Range(1, Messages), Numbers(running.Handler));
        Assert.All(running.Handler.Messages, message => Assert.Equal(granted, message.Qos));
        Assert.Empty(running.Handler.Faults);
    }

    [Fact]
    public async Task RunAsync_NoVersionAskedFor_FallsBackTo311()
    {
        await using RunningSession running = RunningSession.Start(Options(await broker.PortAsync()) with { Protocol = MqttProtocolChoice.Auto, Subscriptions = [new("v/none", MqttQos.AtLeastOnce)] });
        await running.Handler.Until(handler => handler.Connects.Count == 1);
        Assert.Equal(MqttProtocol.V311, running.Handler.Connects[0].Protocol);
    }

    [Fact]
    public async Task RunAsync_LastingSession_GetsWhatCameWhileItWasAway()
    {
        MqttSessionOptions options = Lasting(await broker.PortAsync(), "v/away");
        await using (RunningSession before = RunningSession.Start(options))
        {
            await Patience.UntilAsync(() => before.Session.IsSubscribed, "the subscription");
        }

        await PublishAsync(Options(options.Port), "v/away", MqttQos.AtLeastOnce, 0, Messages);
        await using RunningSession after = RunningSession.Start(options);
        await after.Handler.Until(handler => handler.Messages.Count >= Messages);
        Assert.True(Assert.Single(after.Handler.Connects).SessionPresent);
        Assert.Equal(Enumerable.Range(1, Messages), Numbers(after.Handler));
    }

    [Fact]
    public async Task RunAsync_SocketsCutAndStalled_LoseNothing()
    {
        int port = await broker.PortAsync();
        await using var proxy = new FaultyProxy(port);
        var handler = new RecordingHandler { Flush = () => Task.Delay(1) };
        await using RunningSession running = RunningSession.Start(Lasting(proxy.Port, "v/cut"), handler);
        await Patience.UntilAsync(() => running.Session.IsSubscribed, "the subscription");
        int published = 0;
        foreach (FaultyProxy.Fault fault in Enum.GetValues<FaultyProxy.Fault>())
        {
            await PublishAsync(Options(port), "v/cut", MqttQos.AtLeastOnce, published, Messages / 4);
            published += Messages / 4;
            await proxy.InflictAsync(fault);
        }

        await handler.Until(seen => seen.Distinct.Count == published);
        Assert.True(handler.Connects.Count > 1);
        Assert.All(handler.Connects.Skip(1), connect => Assert.True(connect.SessionPresent));
        Assert.All(proxy.Links, link => Assert.Equal(link.Down.Identifiers.Take(link.Up.Identifiers.Count), link.Up.Identifiers));
    }

    private static MqttSessionOptions Options(int port) => new() { Host = "127.0.0.1", Port = port, Protocol = MqttProtocolChoice.V311 };

    private static MqttSessionOptions Lasting(int port, string topic) => Options(port) with
    {
        ClientId = topic.Replace('/', '-'),
        CleanStart = false,
        KeepAlive = TimeSpan.FromSeconds(2),
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
        Subscriptions = [new(topic, MqttQos.AtLeastOnce)],
    };

    private static async Task PublishAsync(MqttSessionOptions options, string topic, MqttQos qos, int first, int count)
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(options, TimeProvider.System, CancellationToken.None);
        byte[] payload = new byte[256];
        for (int i = first; i < first + count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, i + 1);
            await publisher.PublishAsync(topic, payload, qos);
        }

        await publisher.DrainAsync().AsTask().InTime();
    }

    private static IEnumerable<int> Numbers(RecordingHandler handler) => handler.Messages.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Payload));

    /// <summary>Starts the broker for the first test that asks.</summary>
    public sealed class Broker : IAsyncDisposable
    {
        private RabbitMqServer? _server;

        /// <summary>Its MQTT port; skips the test where RabbitMQ is not installed.</summary>
        public async Task<int> PortAsync() => (_server ??= await RabbitMqServer.StartAsync()).Port;

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
