using System.Text.Json;
using System.Text.Json.Nodes;

namespace Thrum.Integration.Tests;

/// <summary>Broker, database and webhook go away in the middle of a replay and come back: nothing is lost, nothing comes twice.</summary>
[Trait("Category", "Integration")]
public sealed class OutageTests
{
    private const string Database = "vibration";

    // A recording of ten seconds in its own time, in 475 messages.
    private static readonly string[] RealTime = ["--speed", "1", "--block", "256"];

    [Fact]
    public async Task Run_BrokerAwayForFiveSecondsInMidReplay_LosesNothing()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Task<Published> replay = Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, RealTime);
        await gateway.WaitForMetricsAsync(m => m.Sent("decode") >= 100, "the replay is under way");
        await broker.StopAsync();
        await LastAsync(TimeSpan.FromSeconds(5));
        await Patience.UntilAsync(
            async () => await gateway.NotReadyReasonsAsync() is [var reason] && reason.Contains($"broker 127.0.0.1:{broker.Port}", StringComparison.Ordinal), "the broker is missed");
        await broker.StartAgainAsync();
        Published published = await replay;

        await AssertAllStoredAsync(gateway, influx, published);
        Assert.Contains("session present: True", gateway.Log, StringComparison.Ordinal);
        Assert.InRange(gateway.LogLinesWith("No connection to MQTT broker"), 1, 2);
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_InfluxAwayForTenSecondsInMidReplay_LosesNothing()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Task<Published> replay = Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, RealTime);
        await gateway.WaitForMetricsAsync(m => m.Sent("influx") >= 100, "points are stored");
        await influx.StopAsync();
        await LastAsync(TimeSpan.FromSeconds(10));
        await gateway.WaitForMetricsAsync(m => m.Received("influx") > m.Sent("influx"), "points wait");
        await influx.StartAgainAsync();
        Published published = await replay;

        await AssertAllStoredAsync(gateway, influx, published);
        Assert.Equal(1, gateway.LogLinesWith("influx cannot be reached"));
        Assert.Equal(1, gateway.LogLinesWith("influx is reached again"));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_WebhookAnswers500ForAWhile_DeliversEveryTransitionOnce()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using WebhookReceiver webhook = await WebhookReceiver.StartAsync();
        int failures = 5;
        List<string> delivered = [];
        webhook.Respond = request =>
        {
            if (Interlocked.Decrement(ref failures) >= 0)
            {
                return new ScriptedReply(500);
            }

            lock (delivered)
            {
                delivered.Add(request.Headers["webhook-id"]);
            }

            return ScriptedReply.NoContent;
        };
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithWebhook(webhook.Url);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Published inner = await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
        Published outer = await Cwru.ReplayAsync(broker.Port, Cwru.OuterRace, "--speed", "max");

        long windows = Cwru.WindowsIn(inner.Samples) + Cwru.WindowsIn(outer.Samples);
        await gateway.WaitForMetricsAsync(m => m.Sent("deliver") == windows, "every window is scored");
        IReadOnlyList<JsonElement> alarms = await gateway.AlarmsAsync();
        GatewayMetrics metrics = await gateway.WaitForMetricsAsync(m => m.Sent("webhook") == alarms.Count, "every transition is delivered");
        Assert.Equal(5, metrics.Errors("webhook"));
        Assert.Equal(0, metrics.Dropped("webhook"));
        Assert.Equal(
            alarms.Select(alarm => $"webhook-{alarm.GetProperty("id").GetString()}").Order(StringComparer.Ordinal),
            delivered.Order(StringComparer.Ordinal));
        Assert.Equal(1, gateway.LogLinesWith("webhook cannot be reached"));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_SigtermWhileInfluxIsAway_KeepsThePointsForTheNextStart()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        settings.Root["drainDeadline"] = "00:00:01";
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();
        await influx.StopAsync();

        Published published = await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max");
        long windows = Cwru.WindowsIn(published.Samples);
        await gateway.WaitForMetricsAsync(m => m.Sent("deliver") == windows, "every window is scored");
        long points = (await gateway.MetricsAsync()).Received("influx");
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(1, gateway.LogLinesWith($"influx leaves {points} points in the outbox"));
        await influx.StartAgainAsync();
        await gateway.StartAgainAsync();

        await gateway.WaitForMetricsAsync(m => m.Sent("influx") == points, "the points of the last run are delivered");
        IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, Cwru.InnerRace.Machine);
        Assert.Equal(Cwru.WindowTimesUnixNs(published.Samples), scores.Select(score => score.TimeUnixNs));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_SigtermWhileNothingMoreCanBeTaken_EndsAllTheSameAndSaysWhatIsLost()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(new Uri("http://127.0.0.1:9"), Database);
        settings.Root["influx"]![0]!["queueBytes"] = 1 << 20;
        settings.Root["influx"]![0]!["outboxBytes"] = 1 << 20;
        settings.Root["detector"]!["models"]![0]!["metadata"] = new JsonObject { ["hop"] = "4" };
        settings.Root["drainDeadline"] = "00:00:01";
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        await Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, "--speed", "max", "--block", "256");
        await gateway.WaitForMetricsAsync(m => m.Received("deliver") > m.Sent("deliver") && m.Received("influx") > 4000, "the database's queue and outbox are full");

        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(1, gateway.LogLinesWith("Not everything was delivered within DrainDeadline"));
    }

    [Fact]
    public async Task Run_DiskFullInMidReplay_StopsAcknowledgingSaysSoAndResumesByItself()
    {
        Require.OwnFileSystems();
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        settings.Root["store"]!["durability"] = "journal";
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root, diskBytes: 128 << 20);
        await gateway.WaitUntilReadyAsync();

        Task<Published> replay = Cwru.ReplayAsync(broker.Port, Cwru.InnerRace, RealTime);
        await gateway.WaitForMetricsAsync(m => m.Sent("decode") >= 50, "the replay is under way");
        string filler = gateway.OnDisk("filler");
        FillDisk(filler);
        await Patience.UntilAsync(
            async () => (await gateway.NotReadyReasonsAsync()).Any(reason => reason.Contains(".journal cannot be written", StringComparison.Ordinal)),
            "the journal to meet the end of the disk");
        long taken = (await gateway.MetricsAsync()).Sent("decode");
        await LastAsync(TimeSpan.FromSeconds(3));
        GatewayMetrics during = await gateway.MetricsAsync();
        Assert.Equal(taken, during.Sent("decode"));
        Assert.Equal(0, during.Dropped("decode"));
        File.Delete(filler);
        await gateway.WaitUntilReadyAsync();
        Published published = await replay;

        await AssertAllStoredAsync(gateway, influx, published);
        Assert.True(taken < published.Messages, $"{taken} of {published.Messages} messages had come when the disk was full");
        Assert.InRange(gateway.LogLinesWith(".journal cannot be written"), 1, 2);
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static void FillDisk(string filler)
    {
        using FileStream file = new(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // No room is left: what was wanted.
        }
    }

    /// <summary>The outage itself takes this long: it is what is tested, not a wait for something.</summary>
    private static Task LastAsync(TimeSpan outage) => Task.Delay(outage, TimeProvider.System);

    private static async Task AssertAllStoredAsync(GatewayProcess gateway, InfluxServer influx, Published published)
    {
        IReadOnlyList<long> times = Cwru.WindowTimesUnixNs(published.Samples);
        await gateway.WaitForMetricsAsync(m => m.Sent("deliver") >= times.Count, "every window is scored");
        IReadOnlyList<JsonElement> alarms = await gateway.AlarmsAsync();
        GatewayMetrics metrics = await gateway.WaitForMetricsAsync(m => m.Sent("influx") >= times.Count + alarms.Count, "all is delivered");
        Assert.Equal(times.Count + alarms.Count, metrics.Received("influx"));
        Assert.Equal(metrics.Received("influx"), metrics.Sent("influx"));
        IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, Cwru.InnerRace.Machine);
        Assert.Equal(times, scores.Select(score => score.TimeUnixNs));
        Assert.All(scores, score => Assert.Equal("valid", score.Status));
        Assert.NotEmpty(alarms);
    }
}
