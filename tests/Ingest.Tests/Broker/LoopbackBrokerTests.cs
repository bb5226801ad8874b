using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Tests.Mqtt;

namespace Thrum.Ingest.Tests.Broker;

[Trait("Category", "Integration")]
public sealed class LoopbackBrokerTests
{
    [Theory]
    [InlineData(MqttProtocolChoice.V5, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocolChoice.V5, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolChoice.V311, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocolChoice.V311, MqttQos.AtLeastOnce)]
    public async Task Publish_SlowSubscriber_LosesNothing(MqttProtocolChoice protocol, MqttQos qos)
    {
        const int Count = 20_000;
        var limits = new LoopbackBrokerOptions { MaxQueuedMessages = qos == MqttQos.AtMostOnce ? 50 : 1000, MaxQueuedBytes = 20_000 };
        await using LoopbackBroker broker = NewBroker(limits);
        int flushes = 0;
        var handler = new RecordingHandler();
        handler.Flush = async () =>
        {
            if (flushes++ % 10 == 0)
            {
                await Task.Yield();
            }
        };
        await using Receiver receiver = new(Options(broker) with { Protocol = protocol, Subscriptions = [new("v/+", qos)] }, handler);
        await receiver.SubscribedAsync(broker);
        await using MqttPublisher publisher = await ConnectAsync(Options(broker) with { Protocol = protocol });
        byte[] payload = new byte[1000];
        for (int i = 0; i < Count; i++)
        {
            BitConverter.TryWriteBytes(payload, i);
            await publisher.PublishAsync("v/a", payload, qos).AsTask().InTime();
        }

        await handler.Until(h => h.Messages.Count == Count);
        Assert.Equal(Enumerable.Range(0, Count), handler.Messages.Select(message => BitConverter.ToInt32(message.Payload)));
        Assert.Equal(0, broker.DroppedMessages);
    }

    [Fact]
    public async Task Subscribe_RetainedMessages_ArriveOnce()
    {
        await using LoopbackBroker broker = NewBroker();
        await using MqttPublisher publisher = await ConnectAsync(Options(broker));
        await publisher.PublishAsync("v/a", new byte[] { 1 }, MqttQos.AtLeastOnce, retain: true);
        await publisher.PublishAsync("v/b", new byte[] { 2 }, MqttQos.AtLeastOnce, retain: true);
        await publisher.PublishAsync("v/b", ReadOnlyMemory<byte>.Empty, MqttQos.AtLeastOnce, retain: true);
        await publisher.DrainAsync();
        var handler = new RecordingHandler();
        await using Receiver receiver = new(Options(broker) with { Subscriptions = [new("v/#", MqttQos.AtLeastOnce)] }, handler);
        await handler.Until(h => h.Messages.Count == 1);
        await publisher.PublishAsync("v/c", new byte[] { 3 }, MqttQos.AtLeastOnce);
        await handler.Until(h => h.Messages.Count == 2);
        Assert.Equal(["v/a", "v/c"], handler.Messages.Select(message => message.Topic));
    }

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task Publish_ToAKeptSession_ArrivesAfterReconnectAndOverflowIsCounted(MqttProtocolChoice protocol)
    {
        await using LoopbackBroker broker = NewBroker(new LoopbackBrokerOptions { MaxQueuedMessages = 5 });
        MqttSessionOptions options = Options(broker) with
        {
            ClientId = "kept",
            Protocol = protocol,
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
            Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
        };
        await using (Receiver first = new(options, new RecordingHandler()))
        {
            await first.SubscribedAsync(broker);
        }

        await using MqttPublisher publisher = await ConnectAsync(Options(broker));
        // The broker has noticed the goodbye when nobody but the publisher is left.
        await Patience.UntilAsync(() => broker.Clients == 1);

        for (byte i = 1; i <= 7; i++)
        {
            await publisher.PublishAsync("v/a", new[] { i }, MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync();
        Assert.Equal(2, broker.DroppedMessages);
        var handler = new RecordingHandler();
        await using Receiver second = new(options, handler);
        await handler.Until(h => h.Messages.Count == 5);
        Assert.Equal([1, 2, 3, 4, 5], handler.Messages.Select(message => message.Payload[0]));
        Assert.True(handler.Connects[0].SessionPresent);
    }

    [Fact]
    public async Task Connect_SameClientId_TakesOver()
    {
        await using LoopbackBroker broker = NewBroker();
        MqttSessionOptions options = Options(broker) with { ClientId = "one" };
        await using MqttPublisher first = await ConnectAsync(options);
        await using MqttPublisher second = await ConnectAsync(options);
        await Assert.ThrowsAsync<MqttException>(async () =>
        {
            while (true)
            {
                await first.PublishAsync("v/a", new byte[1], MqttQos.AtLeastOnce).AsTask().InTime();
                await first.DrainAsync().AsTask().InTime();
            }
        });
        await second.PublishAsync("v/a", new byte[1], MqttQos.AtLeastOnce);
        await second.DrainAsync();
    }

    [Theory]
    [InlineData(null, null, "not authorized")]
    [InlineData("u", "wrong", "bad user name or password")]
    public async Task Connect_NotTheUser_IsRefused(string? user, string? password, string reason)
    {
        await using LoopbackBroker broker = NewBroker(new LoopbackBrokerOptions { User = "u", Password = "p" });
        MqttException fault = await Assert.ThrowsAnyAsync<MqttException>(
            () => ConnectAsync(Options(broker) with { User = user, Password = password }));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        await using MqttPublisher publisher = await ConnectAsync(Options(broker) with { User = "u", Password = "p" });
    }

    [Fact]
    public async Task Connect_RandomBytes_AreHungUpOnAndTheBrokerLives()
    {
        await using LoopbackBroker broker = NewBroker();
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, broker.Port);
            byte[] garbage = new byte[random.Next(1, 500)];
            random.NextBytes(garbage);
            await socket.SendAsync(garbage);
            socket.Shutdown(SocketShutdown.Send);
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                while (await socket.ReceiveAsync(garbage.AsMemory()).AsTask().InTime() > 0)
                {
                }

                throw new EndOfStreamException();
            });
        }

        await using MqttPublisher publisher = await ConnectAsync(Options(broker));
        await publisher.PublishAsync("v/a", new byte[1], MqttQos.AtLeastOnce);
        await publisher.DrainAsync();
    }

    [Fact]
    public void Constructor_BeyondLoopback_IsRefused() =>
        Assert.Throws<ArgumentException>(() => NewBroker(new LoopbackBrokerOptions { Address = IPAddress.Any }));

    private static LoopbackBroker NewBroker(LoopbackBrokerOptions? options = null) =>
        new(options ?? new LoopbackBrokerOptions(), TimeProvider.System, NullLogger<LoopbackBroker>.Instance);

    private static MqttSessionOptions Options(LoopbackBroker broker) => new() { Host = "127.0.0.1", Port = broker.Port, ReceiveMaximum = 100 };

    private static Task<MqttPublisher> ConnectAsync(MqttSessionOptions options) =>
        MqttPublisher.ConnectAsync(options, TimeProvider.System, CancellationToken.None);

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly RecordingHandler _handler;
        private readonly Task _run;

        public Receiver(MqttSessionOptions options, RecordingHandler handler)
        {
            _handler = handler;
            _run = new MqttSession(options, TimeProvider.System, NullLogger<MqttSession>.Instance).RunAsync(handler, _stopping.Token);
        }

        /// <summary>A retained message arrives now or with the subscription.</summary>
        public async Task SubscribedAsync(LoopbackBroker broker)
        {
            await using MqttPublisher publisher = await ConnectAsync(Options(broker));
            await publisher.PublishAsync("v/ready", new byte[4], MqttQos.AtLeastOnce, retain: true);
            await _handler.Until(handler => handler.Messages.Count > 0);
            await publisher.PublishAsync("v/ready", ReadOnlyMemory<byte>.Empty, MqttQos.AtLeastOnce, retain: true);

            // The first one comes twice, retained and live, when it was published just as the subscription was granted.
            await _handler.Until(handler => handler.Messages.Any(message => message.Payload.Length == 0));
            _handler.Messages.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _run.InTime();
            _stopping.Dispose();
        }
    }
}
