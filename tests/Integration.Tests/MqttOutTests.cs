using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Ingest.Mqtt;

namespace Thrum.Integration.Tests;

[Trait("Category", "Integration")]
public sealed class MqttOutTests
{
    [Fact]
    public async Task Run_FaultyRecording_PublishesItsAlarmRetainedAndItsStatus()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        GatewaySettings settings = new(broker.Port, await Cwru.ModelAsync());
        settings.Root["mqttOut"] = new JsonObject { ["enabled"] = true, ["scores"] = true, ["scoreInterval"] = "00:00:00.2" };
        settings.Root["name"] = "hall";
        await using (GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root))
        {
            await gateway.WaitUntilReadyAsync();
            await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
            await using var late = await Subscriber.StartAsync(broker.Port);
            await Patience.UntilAsync(() => late.AlarmStates(Cwru.InnerRace.Machine).Contains("activeUnacknowledged"), "the retained alarm");
            Assert.Equal("online", late.Retained["thrum/hall/status"]);
            Assert.Equal(0, await gateway.StopAsync());
        }

        await using var after = await Subscriber.StartAsync(broker.Port);
        await Patience.UntilAsync(() => after.Retained.GetValueOrDefault("thrum/hall/status") == "offline", "the status");
    }

    [Fact]
    public async Task Gateway_Killed_TheBrokerPublishesItsWillAndTheNextStartTakesItBack()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        GatewaySettings settings = new(broker.Port, await Cwru.ModelAsync());
        settings.Root["mqttOut"] = new JsonObject { ["enabled"] = true };
        settings.Root["name"] = "hall";
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await using var subscriber = await Subscriber.StartAsync(broker.Port);
        await subscriber.WaitForStatusAsync("online");

        await gateway.KillAsync();
        await subscriber.WaitForStatusAsync("offline");
        await using (var late = await Subscriber.StartAsync(broker.Port))
        {
            await late.WaitForStatusAsync("offline");
        }

        await gateway.StartAgainAsync();
        await subscriber.WaitForStatusAsync("online");
    }

    /// <summary>Everything under thrum/, by topic, the newest.</summary>
    private sealed class Subscriber : IMessageHandler, IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _run = Task.CompletedTask;

        public ConcurrentDictionary<string, string> Retained { get; } = new();

        /// <summary>Waits until the newest status of the gateway is as said.</summary>
        public Task WaitForStatusAsync(string expected) => Patience.UntilAsync(
            () => Retained.GetValueOrDefault("thrum/hall/status") == expected, $"the status {expected}");

        /// <summary>The states of a machine's alarms.</summary>
        public IReadOnlyList<string?> AlarmStates(string machine) =>
        [
            .. Retained.Where(message => message.Key.StartsWith($"thrum/hall/alarm/{machine}/", StringComparison.Ordinal))
                .Select(message => JsonDocument.Parse(message.Value).RootElement.GetProperty("to").GetString()),
        ];

        public static Task<Subscriber> StartAsync(int port)
        {
            var subscriber = new Subscriber();
            var options = new MqttSessionOptions { Host = "127.0.0.1", Port = port, Subscriptions = [new MqttSubscription("thrum/#", MqttQos.AtLeastOnce)] };
            subscriber._run = new MqttSession(options, TimeProvider.System, new ListLogger<MqttSession>()).RunAsync(subscriber, subscriber._stop.Token);
            return Task.FromResult(subscriber);
        }

        public PublishVerdict OnPublish(in PublishView message)
        {
            Retained[Encoding.UTF8.GetString(message.Topic)] = Encoding.UTF8.GetString(message.Payload);
            return PublishVerdict.Taken;
        }

        public void OnOversized(in PublishView beginning, long bytes)
        {
        }

        public ValueTask FlushAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
