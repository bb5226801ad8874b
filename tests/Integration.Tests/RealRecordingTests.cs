using System.Text.Json;

namespace Thrum.Integration.Tests;

/// <summary>Healthy and damaged bearings as recorded, over a real broker, into real databases.</summary>
[Trait("Category", "Integration")]
public sealed class RealRecordingTests
{
    private const string Database = "vibration";

    [Fact]
    public async Task Run_HealthyAndFaultyRecordingsIntoInflux_StoresEveryWindowOnceAndAlarmsForFaultsOnly()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        await using WebhookReceiver webhook = await WebhookReceiver.StartAsync();
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database).WithWebhook(webhook.Url);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Dictionary<string, long> samples = await ReplayAllAsync(broker);
        long windows = samples.Values.Sum(Cwru.WindowsIn);

        await gateway.WaitForMetricsAsync(m => m.Sent("deliver") == windows, "every window is scored");
        IReadOnlyList<JsonElement> alarms = await gateway.AlarmsAsync();
        GatewayMetrics metrics = await gateway.WaitForMetricsAsync(
            m => m.Sent("influx") == windows + alarms.Count && m.Sent("webhook") == alarms.Count, "all is delivered");
        Assert.Equal(metrics.Sent("influx"), metrics.Received("influx"));
        Assert.Equal(0, metrics.Dropped("influx"));
        foreach (CwruRecording recording in Cwru.All)
        {
            IReadOnlyList<StoredScore> scores = await influx.ScoresAsync(Database, recording.Machine);
            Assert.Equal(Cwru.WindowTimesUnixNs(samples[recording.Machine]), scores.Select(score => score.TimeUnixNs));
            Assert.All(scores, score => Assert.Equal("valid", score.Status));
            bool isAlarmed = alarms.Any(alarm =>
                alarm.GetProperty("machine").GetString() == recording.Machine && alarm.GetProperty("severity").GetString() == "alarm");
            Assert.Equal(recording.IsFaulty, isAlarmed);
        }

        Assert.Equal(Ids(alarms), await influx.TransitionIdsAsync(Database));
        AssertEventPerTransition(webhook.Requests, alarms);
        Assert.Equal(alarms.Count(alarm => alarm.GetProperty("to").GetString()!.StartsWith("active", StringComparison.Ordinal)), gateway.LogLinesWith("Raised "));
        Assert.Equal((gateway.LogLinesWith("Raised "), 0), (gateway.LogLinesWith("warn:"), gateway.LogLinesWith("fail:")));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_HealthyAndFaultyRecordingsIntoVictoriaMetrics_StoresEveryWindowOnce()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using VictoriaMetricsServer database = await VictoriaMetricsServer.StartAsync();
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux2(database.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();

        Dictionary<string, long> samples = await ReplayAllAsync(broker);

        await gateway.WaitForMetricsAsync(
            m => m.Sent("influx") >= samples.Values.Sum(Cwru.WindowsIn) && m.Sent("influx") == m.Received("influx"), "all is delivered");
        foreach (CwruRecording recording in Cwru.All)
        {
            long[] times = [.. Cwru.WindowTimesUnixNs(samples[recording.Machine]).Select(time => time / 1_000_000)];
            IReadOnlyList<(long UnixMs, double Value)> points =
                await StableExportAsync(database, $$"""vibration_score_score{machine="{{recording.Machine}}"}""", times.Length);
            Assert.Equal(times, points.Select(point => point.UnixMs));
            IReadOnlyList<(long UnixMs, double Value)> alarms =
                await database.ExportAsync($$"""vibration_alarm_value{machine="{{recording.Machine}}"}""");
            Assert.Equal(recording.IsFaulty, alarms.Count > 0);
        }

        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_SameSamplesInBlocksOfAnySize_GiveTheSamePoints()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync();
        await using InfluxServer influx = await InfluxServer.StartAsync(Database);
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, Database);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings.Root);
        await gateway.WaitUntilReadyAsync();
        string[] blocks = ["1024", "37", "10000"];

        Published[] published = await Task.WhenAll(blocks.Select(block =>
            Cwru.ReplayAsync(broker.Port, Cwru.Ball with { Machine = $"by-{block}" }, "--speed", "max", "--block", block)));

        long windows = published.Sum(one => Cwru.WindowsIn(one.Samples));
        await gateway.WaitForMetricsAsync(m => m.Windows("valid") == windows && m.Sent("influx") == m.Received("influx"), "all is delivered");
        IReadOnlyList<StoredScore> first = await influx.ScoresAsync(Database, $"by-{blocks[0]}");
        Assert.Equal(Cwru.WindowTimesUnixNs(published[0].Samples), first.Select(score => score.TimeUnixNs));
        foreach (string block in blocks.Skip(1))
        {
            Assert.Equal(first, await influx.ScoresAsync(Database, $"by-{block}"));
        }

        Assert.Equal(0, await gateway.StopAsync());
    }

    /// <summary>Publishes the four recordings at once, as fast as the broker takes them; gives the samples of each machine.</summary>
    private static async Task<Dictionary<string, long>> ReplayAllAsync(MosquittoServer broker)
    {
        Published[] published = await Task.WhenAll(Cwru.All.Select(recording => Cwru.ReplayAsync(broker.Port, recording, "--speed", "max")));
        return Cwru.All.Zip(published).ToDictionary(pair => pair.First.Machine, pair => pair.Second.Samples);
    }

    /// <summary>The server shows points late: reads until all are there and a further look shows no more.</summary>
    private static async Task<IReadOnlyList<(long UnixMs, double Value)>> StableExportAsync(
        VictoriaMetricsServer database, string selector, long expected)
    {
        IReadOnlyList<(long UnixMs, double Value)> points = [];
        await Patience.UntilAsync(
            async () =>
            {
                int before = points.Count;
                points = await database.ExportAsync(selector);
                return points.Count >= expected && points.Count == before;
            },
            $"{selector} has {expected} points");
        return points;
    }

    private static void AssertEventPerTransition(IReadOnlyList<ReceivedRequest> requests, IReadOnlyList<JsonElement> alarms)
    {
        List<string> transitions = [], events = [];
        foreach (ReceivedRequest request in requests)
        {
            using JsonDocument document = JsonDocument.Parse(request.Body);
            Assert.Equal("1.0", document.RootElement.GetProperty("specversion").GetString());
            Assert.Equal("thrum.alarm.transition", document.RootElement.GetProperty("type").GetString());
            events.Add(document.RootElement.GetProperty("id").GetString()!);
            transitions.Add(document.RootElement.GetProperty("data").GetProperty("transitionId").GetString()!);
        }

        Assert.Equal(events.Count, events.Distinct().Count());
        Assert.Equal(Ids(alarms), transitions.Order(StringComparer.Ordinal));
    }

    private static string[] Ids(IReadOnlyList<JsonElement> alarms) =>
        [.. alarms.Select(alarm => alarm.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
}
