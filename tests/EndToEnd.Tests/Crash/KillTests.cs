using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Sink.Store;

namespace Thrum.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL, with what the memory mode promises: what was committed to the local store is there and goes out once, and what the
/// publisher repeats from the start makes the databases exactly what they would have been.
/// </summary>
[Trait("Category", "Crash")]
public sealed class KillTests
{
    private static int Kills => Environment.GetEnvironmentVariable("THRUM_FULL") == "1" ? 40 : 6;

    [Fact]
    public async Task Kill_WithDestinationsDown_KeepsTransitionsAndDeliversQueuedEventsOnce()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync("vibration");
        await influx.StopAsync();
        await using WebhookReceiver webhook = WebhookReceiver.CreateDown();
        GatewaySettings settings =
            new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, "vibration").WithWebhook(webhook.Url);
        JsonObject database = settings.Root["influx"]![0]!.AsObject();
        (database["queueBytes"], database["batchPoints"]) = (1 << 20, 500);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        // Enough for the memory queue of one MiB to run over.
        CwruRecording[] machines = [.. Enumerable.Range(1, 4).SelectMany(n => Cwru.All.Select(r => r with { Machine = $"{r.Machine}-{n}" }))];
        long windows = 0;
        foreach (CwruRecording machine in machines)
        {
            windows += Cwru.WindowsIn((await Cwru.ReplayAsync(broker.Port, machine, "--speed", "max")).Samples);
        }

        await gateway.WaitForMetricsAsync(m => m.Sent("deliver") == windows, "every window is scored");
        string[] before = [.. (await gateway.AlarmsAsync()).Select(alarm => alarm.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(1, gateway.LogLinesWith("influx is behind: points go through the outbox"));
        await gateway.KillAsync();

        Assert.Equal(before, await TransitionsInStoreAsync(gateway));
        await influx.StartAgainAsync();
        await webhook.UpAsync();
        await gateway.StartAgainAsync();
        GatewayMetrics found = await gateway.WaitForMetricsAsync(
            m => m.Sent("webhook") == before.Length && m.Sent("influx") == m.Received("influx"), "what the store kept is delivered");

        Assert.Equal(before.Select(id => $"webhook-{id}"), webhook.Requests.Select(request => request.Headers["webhook-id"]).Order(StringComparer.Ordinal));
        Assert.InRange(found.Sent("influx"), 500, windows);
        long scores = await influx.CountAsync("SELECT count(score) FROM vibration_score", "vibration");
        long stored = scores + (await influx.TransitionIdsAsync("vibration")).Count;
        Assert.Equal(found.Sent("influx"), stored);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(before, await TransitionsInStoreAsync(gateway));
    }

    [Fact]
    public async Task Kill_AtRandomMomentsOfARepeatedReplay_EndsAsIfNothingHadHappened()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync("calm");
        await influx.QueryAsync("CREATE DATABASE storm", null);
        (IReadOnlyList<string> scores, IReadOnlyList<string> alarms) calm = await RunUndisturbedAsync(broker, influx);
        await using WebhookReceiver webhook = await WebhookReceiver.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            (await SettingsAsync(broker, "storm")).WithInflux(influx.Url, "storm").WithWebhook(webhook.Url).Root);

        const int Seed = 20260102;
        Random random = new(Seed);
        for (int kill = 0; kill < Kills; kill++)
        {
            await gateway.WaitUntilReadyAsync();
            Task replays = ReplayAsync(broker, "10");
            long moment = random.Next(1, 500);
            await gateway.WaitForMetricsAsync(m => m.Received("decode") >= moment, $"kill {kill} of seed {Seed} at message {moment}");
            await gateway.KillAsync();
            await replays;
            await gateway.StartAgainAsync();
        }

        await gateway.WaitUntilReadyAsync();
        await ReplayAsync(broker, "max");
        GatewayMetrics metrics = await gateway.WaitForMetricsAsync(
            m => m.Windows("valid") >= calm.scores.Count && m.Sent("influx") == m.Received("influx"), "the repeat is delivered");

        Assert.Equal(calm.scores, await influx.ContentAsync("storm", "vibration_score"));
        Assert.Equal(calm.alarms, await influx.ContentAsync("storm", "vibration_alarm"));
        Assert.Equal(0, metrics.Dropped("influx"));
        IReadOnlyList<string> transitions = await influx.TransitionIdsAsync("storm");
        string[] events = [.. webhook.Requests.Select(request => request.Headers["webhook-id"])];
        Assert.Equal(transitions.Select(id => $"webhook-{id}"), events.Distinct().Order(StringComparer.Ordinal));
        // A kill between the receiver's answer and the store's commit repeats one event, which its id tells.
        Assert.InRange(events.Length, transitions.Count, transitions.Count + Kills);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(transitions, await TransitionsInStoreAsync(gateway));
    }

    private static async Task<(IReadOnlyList<string> Scores, IReadOnlyList<string> Alarms)> RunUndisturbedAsync(MosquittoServer broker, InfluxServer influx)
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync((await SettingsAsync(broker, "calm")).WithInflux(influx.Url, "calm").Root);
        await gateway.WaitUntilReadyAsync();
        long windows = await ReplayAsync(broker, "max");
        await gateway.WaitForMetricsAsync(m => m.Windows("valid") == windows && m.Sent("influx") == m.Received("influx"), "the calm run is delivered");
        Assert.Equal(0, await gateway.StopAsync());
        IReadOnlyList<string> scores = await influx.ContentAsync("calm", "vibration_score"), alarms = await influx.ContentAsync("calm", "vibration_alarm");
        Assert.Equal(windows, scores.Count);
        Assert.NotEmpty(alarms);
        return (scores, alarms);
    }

    /// <summary>Publishes a healthy and a faulty machine from their first samples; gives the windows they make.</summary>
    private static async Task<long> ReplayAsync(MosquittoServer broker, string speed)
    {
        Published[] published = await Task.WhenAll(
            Cwru.ReplayAsync(broker.Port, Cwru.Healthy, "--speed", speed, "--block", "256"),
            Cwru.ReplayAsync(broker.Port, Cwru.OuterRace, "--speed", speed, "--block", "256"));
        return published.Sum(recording => Cwru.WindowsIn(recording.Samples));
    }

    /// <summary>The broker forgets what it kept for a dead gateway: what counts is the repeat, which begins with the first sample.</summary>
    private static async Task<GatewaySettings> SettingsAsync(MosquittoServer broker, string clientId)
    {
        GatewaySettings settings = new(broker.Port, await Cwru.ModelAsync());
        (settings.Mqtt["clientId"], settings.Mqtt["cleanStart"]) = (clientId, true);
        return settings;
    }

    /// <summary>Opening the store checks the file; one that is damaged is said in the log.</summary>
    private static async Task<IReadOnlyList<string>> TransitionsInStoreAsync(GatewayProcess gateway)
    {
        StoreOptions options = new() { Path = Path.Combine(gateway.Folder, "data", "thrum.db") };
        ListLogger<LocalStore> log = new();
        await using LocalStore store = await LocalStore.OpenAsync(options, TimeProvider.System, log);
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);
        IReadOnlyList<AlarmTransition> transitions = await new StorePages(store).AlarmsAsync(new AlarmQuery(10_000), CancellationToken.None);
        return [.. transitions.Select(transition => transition.Id.ToString("D")).Order(StringComparer.Ordinal)];
    }
}
