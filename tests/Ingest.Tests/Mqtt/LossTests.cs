using System.Buffers.Binary;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>QoS 1 with a persistent session, while the broker restarts and sockets are cut at random.</summary>
[Trait("Category", "Integration")]
public class LossTests
{
    private const int Restarts = 20;
    private const int PerRound = 1500;
    private const int Seed = 4711;

    protected virtual MqttClientKind Client => MqttClientKind.Thrum;

    [Theory]
    [InlineData(MqttProtocolChoice.V5)]
    [InlineData(MqttProtocolChoice.V311)]
    public async Task RunAsync_BrokerRestartsAndCutSockets_LoseNothing(MqttProtocolChoice protocol)
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync();
        await using var proxy = new FaultyProxy(server.Port);
        var handler = new RecordingHandler { Flush = () => Task.Delay(1) };
        await using RunningSession running = RunningSession.Start(Options(proxy.Port, protocol) with { Client = Client }, handler);
        MqttSessionOptions direct = Options(server.Port, protocol) with { ClientId = "", CleanStart = true, SessionExpiry = TimeSpan.Zero, Subscriptions = [] };
        await running.SubscribedAsync(direct);
        var random = new Random(Seed);
        int published = 0;
        for (int round = 0; round < Restarts; round++)
        {
            int connects = handler.Connects.Count;
            await PublishAsync(direct, published, PerRound);
            published += PerRound;
            await Task.Delay(random.Next(20));
            await InflictAsync(proxy, handler, round % 10 == 4 ? FaultyProxy.Fault.StallForGood : (FaultyProxy.Fault)random.Next(FaultyProxy.QuickFaults));
            await Task.Delay(random.Next(20));
            await server.StartAgainAsync();
            await handler.Until(seen => seen.Connects.Count > connects);
        }

        await handler.Until(seen => seen.Distinct.Count == published);
        Assert.True(handler.Connects.Count > Restarts, $"{handler.Connects.Count} connections");
        Assert.All(handler.Connects.Skip(1), connect => Assert.True(connect.SessionPresent));
        Assert.All(proxy.Links, AssertAcknowledgedInOrder);
        Assert.Contains(proxy.Links, link => link.Up.Identifiers.Count > 0);
    }

    // A connection may have been on its way out before it was stalled: then the next one is.
    private async Task InflictAsync(FaultyProxy proxy, RecordingHandler handler, FaultyProxy.Fault fault)
    {
        const string words = "no answer to PINGREQ";
        int before = handler.CountOfFaults(words);
        do
        {
            await proxy.InflictAsync(fault);
        }
        while (fault == FaultyProxy.Fault.StallForGood && Client == MqttClientKind.Thrum && handler.CountOfFaults(words) == before);
    }

    private static void AssertAcknowledgedInOrder(FaultyProxy.Link link)
    {
        // What was on its way when the link was cut is missing at the end only.
        IReadOnlyList<ushort> acknowledged = link.Up.Identifiers;
        Assert.Equal(link.Down.Identifiers.Take(acknowledged.Count), acknowledged);
    }

    private static async Task PublishAsync(MqttSessionOptions options, int first, int count)
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(options, TimeProvider.System, CancellationToken.None);
        byte[] payload = new byte[64];
        for (int i = first; i < first + count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, i + 1);
            await publisher.PublishAsync("v/a", payload, MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync().AsTask().InTime();
    }

    private static MqttSessionOptions Options(int port, MqttProtocolChoice protocol) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = "gateway",
        Protocol = protocol,
        CleanStart = false,
        SessionExpiry = TimeSpan.FromHours(1),
        KeepAlive = TimeSpan.FromSeconds(2),
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
        Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
    };
}
