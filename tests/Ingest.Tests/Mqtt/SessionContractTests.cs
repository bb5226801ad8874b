using System.Buffers.Binary;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>What a session must do behind mosquitto, whoever's client it is by.</summary>
[Trait("Category", "Integration")]
public abstract class SessionContractTests(MqttClientKind client)
{
    private const int Messages = 10_000;

    [Theory]
    [InlineData(MqttProtocolChoice.V5, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocolChoice.V5, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolChoice.V5, MqttQos.ExactlyOnce)]
    [InlineData(MqttProtocolChoice.V311, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocolChoice.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolChoice.V311, MqttQos.ExactlyOnce)]
    public async Task RunAsync_TenThousandMessages_ArriveOnceInOrder(MqttProtocolChoice protocol, MqttQos qos)
    {
        // Without the upgrade a message published with QoS 1 comes with QoS 1, whatever was subscribed.
        await using MosquittoServer server = await MosquittoServer.StartAsync(null, null, "upgrade_outgoing_qos true");
        await using RunningSession running = RunningSession.Start(Options(server) with { Protocol = protocol, Subscriptions = [new("v/#", qos)] });
        await running.SubscribedAsync(Options(server));
        await PublishAsync(Options(server) with { Protocol = protocol }, qos, 0, Messages);
        await running.Handler.Until(handler => handler.Messages.Count >= Messages);
        Assert.Equal(Enumerable.Range(0, Messages), Numbers(running.Handler));
        Assert.All(running.Handler.Messages, message => Assert.Equal(qos, message.Qos));
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_BrokerRestarted_LosesNothing(MqttProtocolChoice protocol)
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        MqttSessionOptions options = Options(server) with
        {
            ClientId = "gateway",
            Protocol = protocol,
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
            ReconnectDelay = TimeSpan.FromMilliseconds(50),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
            ReceiveMaximum = 50,
            Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
        };
        await using RunningSession running = RunningSession.Start(options);
        await running.SubscribedAsync(Options(server));
        // Taken, but held: unacknowledged when the broker goes.
        var flush = new TaskCompletionSource();
        running.Handler.Flush = () => flush.Task;
        await PublishAsync(Options(server) with { Protocol = protocol }, MqttQos.AtLeastOnce, 0, Messages / 2);
        await running.Handler.Until(handler => handler.Messages.Count > 0);
        await server.StartAgainAsync();
        flush.SetResult();
        await PublishAsync(Options(server) with { Protocol = protocol }, MqttQos.AtLeastOnce, Messages / 2, Messages / 2);
        await running.Handler.Until(handler => handler.Distinct.Count == Messages);
        Assert.True(running.Handler.Connects.Count >= 2);
        Assert.True(running.Handler.Connects[^1].SessionPresent);
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_FilterDroppedFromTheConfiguration_NoLongerArrives(MqttProtocolChoice protocol)
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        var record = new ListRecord();
        MqttSessionOptions before = Options(server) with
        {
            ClientId = "gateway",
            Protocol = protocol,
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
            Subscriptions = [new("v/#", MqttQos.AtLeastOnce), new("old/#", MqttQos.AtLeastOnce)],
        };
        await using (RunningSession first = RunningSession.Start(before, record: record))
        {
            await first.SubscribedAsync(Options(server));
            await PublishAsync(Options(server), MqttQos.AtLeastOnce, 0, 1, "old/a");
            await first.Handler.Until(handler => handler.CountOf("old/a") == 1);
        }

        await using RunningSession second = RunningSession.Start(before with { Subscriptions = [new("v/#", MqttQos.AtLeastOnce)] }, record: record);
        await record.Until(filters => filters.Held.Count == 1);
        Assert.True(Assert.Single(second.Handler.Connects).SessionPresent);
        // One publisher's messages keep their order.
        await PublishAsync(Options(server), MqttQos.AtLeastOnce, 0, 1, "old/a");
        await PublishAsync(Options(server), MqttQos.AtLeastOnce, 0, 1, "v/a");
        await second.Handler.Until(handler => handler.CountOf("v/a") == 1);
        Assert.Equal(0, second.Handler.CountOf("old/a"));
    }

    [Fact]
    public async Task RunAsync_FiftyMegabytes_AreSkippedAndTheRestArrives()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        await using RunningSession running = RunningSession.Start(Options(server) with { Subscriptions = [new("v/#", MqttQos.AtLeastOnce)] });
        await running.SubscribedAsync(Options(server));
        await using (MqttPublisher publisher = await MqttPublisher.ConnectAsync(Options(server), TimeProvider.System, CancellationToken.None))
        {
            await publisher.PublishAsync("v/1", new byte[4], MqttQos.AtLeastOnce);
            await publisher.PublishAsync("v/big", new byte[50_000_000], MqttQos.AtLeastOnce);
            await publisher.PublishAsync("v/2", new byte[4], MqttQos.AtLeastOnce);
            await publisher.DrainAsync();
        }

        await running.Handler.Until(handler => handler.Messages.Count == 2);
        Assert.Equal("v/big", Assert.Single(running.Handler.Oversized).Topic);
        Assert.Equal(["v/1", "v/2"], running.Handler.Messages.Select(message => message.Topic));
        Assert.Empty(running.Handler.Faults);
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5, "not authorized (0x87)")]
    [InlineData(MqttProtocolChoice.V311, "not authorized (0x87)")]
    public async Task RunAsync_WrongPassword_SurfacesTheBrokersAnswer(MqttProtocolChoice protocol, string reason)
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync("thrum", "right");
        MqttSessionOptions options = Options(server) with { Protocol = protocol, User = "thrum", Password = "wrong" };
        await using (RunningSession wrong = RunningSession.Start(options))
        {
            await wrong.Handler.Until(handler => handler.Faults.Count > 0);
            Assert.Contains(reason, wrong.Session.LastFault, StringComparison.Ordinal);
            Assert.Equal(0, wrong.Session.Connections);
        }

        await using RunningSession right = RunningSession.Start(options with { Password = "right" });
        await right.Handler.Until(handler => handler.Connects.Count == 1);
    }

    [Fact]
    public async Task RunAsync_SharedSubscription_SpreadsEachMessageToOneMember()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        MqttSessionOptions shared = Options(server) with { Subscriptions = [new("$share/gateways/w/#", MqttQos.AtLeastOnce), new("v/#", MqttQos.AtLeastOnce)] };
        await using RunningSession first = RunningSession.Start(shared);
        await first.SubscribedAsync(Options(server));
        await using RunningSession second = RunningSession.Start(shared);
        await second.SubscribedAsync(Options(server));
        await PublishAsync(Options(server), MqttQos.AtLeastOnce, 0, Messages, "w/a");
        await Patience.UntilAsync(() => Shared(first) + Shared(second) >= Messages, "all shared messages");
        Assert.True(Shared(first) > 0 && Shared(second) > 0);
        int[] numbers = [.. first.Handler.Messages.Concat(second.Handler.Messages).Where(message => message.Topic == "w/a").Select(Number)];
        Assert.Equal(Enumerable.Range(0, Messages), numbers.Order());

        static int Shared(RunningSession member) => member.Handler.CountOf("w/a");
    }

    private MqttSessionOptions Options(MosquittoServer server) => new()
    {
        Client = client,
        Host = "127.0.0.1",
        Port = server.Port,
        ReceiveMaximum = 1000,
    };

    private static async Task PublishAsync(MqttSessionOptions options, MqttQos qos, int first, int count, string topic = "v/a")
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(options, TimeProvider.System, CancellationToken.None);
        byte[] payload = new byte[256];
        for (int i = first; i < first + count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, i + 1);
            await publisher.PublishAsync(topic, payload, qos == MqttQos.AtMostOnce ? qos : MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync().AsTask().InTime();
    }

    private static IEnumerable<int> Numbers(RecordingHandler handler) => handler.Messages.Select(Number);

    private static int Number((string Topic, byte[] Payload, MqttQos Qos, ulong Sequence, bool Duplicate) message) =>
        BinaryPrimitives.ReadInt32LittleEndian(message.Payload) - 1;
}
