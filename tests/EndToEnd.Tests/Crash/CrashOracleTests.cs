using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Durability;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Sink.Store;

namespace Thrum.EndToEnd.Tests.Crash;

/// <summary>
/// What journal mode promises: whatever is killed, the destinations end as if nothing had happened. Recordings play at their own speed to a broker
/// that keeps what it takes; meanwhile the gateway is killed over and over, at random moments and at places where something is half done. Everything
/// that the publisher got an acknowledgement for has to be there at the end, with its measures, evidence and diagnosis, and nothing else, compared with a run that nobody disturbed. Healthy machines
/// come with QoS 1, faulty ones with QoS 2. An operator acknowledges and shelves their alarms meanwhile: what was answered has to be there too.
/// </summary>
[Trait("Category", "Crash")]
public sealed class CrashOracleTests
{
    private const int Seed = 20260103;

    private static readonly TimeSpan PlaceWithin = TimeSpan.FromSeconds(8);

    /// <summary>Places, and the most passages after which the kill comes: about a second's worth of each.</summary>
    private static readonly (CrashPoint Point, int Passages)[] Places =
    [
        (CrashPoint.BeforeJournalCommit, 60), (CrashPoint.AfterJournalCommit, 60), (CrashPoint.BeforeAcknowledge, 60), (CrashPoint.AfterAcknowledge, 60),
        (CrashPoint.BeforeStoreCommit, 8), (CrashPoint.AfterStoreCommit, 8), (CrashPoint.BeforeCheckpoint, 3), (CrashPoint.AfterCheckpoint, 3),
        (CrashPoint.BeforeHttpWrite, 8), (CrashPoint.AfterHttpWrite, 8), (CrashPoint.DuringRecovery, 2),
    ];

    private readonly Random _random = new(Seed);

    /// <summary>A place where nothing happened to be done is tried again so often.</summary>
    private const int MostAttempts = 4;

    /// <summary>Kills at random moments; those at places come besides.</summary>
    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("THRUM_CRASH_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 12;

    [Fact]
    public async Task Kills_WhileARecordingPlays_LeaveWhatAnUndisturbedRunLeaves()
    {
        // The broker gives each message the quality of the gateway's subscription, whatever the publisher's was.
        await using MosquittoServer broker = await MosquittoServer.StartAsync(null, null, "upgrade_outgoing_qos true");
        await using InfluxServer influx = await InfluxServer.StartAsync("storm");
        await influx.QueryAsync("CREATE DATABASE calm", null);
        await using WebhookReceiver webhook = await WebhookReceiver.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync((await SettingsAsync(broker, influx, webhook, "storm")).Root);
        await gateway.WaitUntilReadyAsync();

        using CancellationTokenSource enough = new();
        CrashOperator ann = new(gateway, influx, "storm");
        Task<List<(CwruRecording Recording, long Windows)>> playing = PlayAsync(broker, ann, enough.Token);
        int kills = await KillAsync(gateway);
        await enough.CancelAsync();
        List<(CwruRecording Recording, long Windows)> played = await playing;
        long windows = played.Sum(one => one.Windows);
        await gateway.StartAgainAsync();
        await ann.DoneAsync();
        await DeliveredAsync(gateway, influx, "storm", windows);
        string[] events = [.. webhook.Requests.Select(request => request.Headers["webhook-id"]).Distinct().Order(StringComparer.Ordinal)];

        Kept storm = await KeptAsync(gateway, influx, "storm");
        Kept calm = await UndisturbedAsync(broker, influx, webhook, played, windows);
        Assert.Equal(calm.Scores, storm.Scores);
        Assert.Equal(calm.Alarms, storm.Alarms);
        Assert.Equal(calm.Measures, storm.Measures);
        Assert.Equal(calm.Evidence, storm.Evidence);
        Assert.Equal(calm.Transitions, storm.Transitions);
        Assert.Equal(calm.Commands, storm.Commands);
        Assert.Equal(ann.Obligations, storm.Commands.Count);
        Assert.Equal(calm.History, storm.History);
        Assert.Equal(storm.Ids.Select(id => $"webhook-{id}"), events);
        Assert.NotEmpty(calm.Transitions);
        Assert.NotEmpty(calm.Measures);
        Assert.NotEmpty(calm.Evidence);
        Assert.True(broker.LogText.Contains("q2, r0", StringComparison.Ordinal), "messages came with QoS 2");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"kills {kills}, points {storm.Scores.Count + storm.Alarms.Count + storm.Measures.Count} equal, transitions {storm.Ids.Count} equal, webhooks {events.Length} equal");
    }

    /// <summary>At every place once, and between them whenever chance says, before it is ready too. The result is the count of kills.</summary>
    private async Task<int> KillAsync(GatewayProcess gateway)
    {
        await gateway.KillAsync();
        int kills = 1;
        (CrashPoint Point, int Passages)?[] order = [.. Places.Select(place => ((CrashPoint, int)?)place), .. new (CrashPoint, int)?[Kills - 1]];
        _random.Shuffle(order);
        foreach ((CrashPoint Point, int Passages)? step in order)
        {
            kills += step is { } place ? await KillAtAsync(gateway, place.Point, place.Passages) : await KillAtRandomAsync(gateway, soon: kills % 8 == 0);
        }

        return kills;
    }

    private async Task<int> KillAtAsync(GatewayProcess gateway, CrashPoint point, int passages)
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            if (await gateway.StartUntilCrashAsync($"{point}:{_random.Next(1, (passages / attempt) + 1)}", PlaceWithin))
            {
                return attempt;
            }
        }

        throw new InvalidOperationException($"the gateway did not come to {point} in {MostAttempts} runs of {PlaceWithin}: {gateway.Log}");
    }

    private async Task<int> KillAtRandomAsync(GatewayProcess gateway, bool soon)
    {
        await gateway.StartAgainAsync();
        if (!soon)
        {
            long moment = _random.Next(1, 200);
            await gateway.WaitForMetricsAsync(m => m.Received("decode") >= moment, $"seed {Seed} at message {moment}");
        }

        await gateway.KillAsync();
        return 1;
    }

    /// <summary>Plays a healthy and a faulty machine at their own speed, and the next pair after that, until told to stop; every message is acknowledged to the publisher.</summary>
    private static async Task<List<(CwruRecording Recording, long Windows)>> PlayAsync(
        MosquittoServer broker, CrashOperator ann, CancellationToken enough)
    {
        List<(CwruRecording, long)> played = [];
        for (int pair = 1; !enough.IsCancellationRequested; pair++)
        {
            CwruRecording[] machines =
            [
                Cwru.Healthy with { Machine = $"healthy-{pair}" },
                Cwru.OuterRace with { Machine = $"faulty-{pair}", TopicRoot = "exactly-once" },
            ];
            played.AddRange(await ReplayAsync(broker, machines, "1"));
            ann.Begin(played[^1].Item1.Machine, played[^1].Item2);
        }

        return played;
    }

    private static async Task<IEnumerable<(CwruRecording Recording, long Windows)>> ReplayAsync(MosquittoServer broker, CwruRecording[] machines, string speed)
    {
        Published[] published = await Task.WhenAll(
            machines.Select(machine => Cwru.ReplayAsync(broker.Port, machine, "--speed", speed, "--block", "256")));
        return machines.Zip(published, (machine, result) => (machine, Cwru.WindowsIn(result.Samples)));
    }

    private static async Task<Kept> UndisturbedAsync(
        MosquittoServer broker, InfluxServer influx, WebhookReceiver webhook, List<(CwruRecording Recording, long Windows)> played, long windows)
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync((await SettingsAsync(broker, influx, webhook, "calm")).Root);
        await gateway.WaitUntilReadyAsync();
        CrashOperator ann = new(gateway, influx, "calm");
        foreach (CwruRecording[] pair in played.Select(one => one.Recording).Chunk(2))
        {
            (CwruRecording faulty, long made) = (await ReplayAsync(broker, pair, "max")).Last();
            ann.Begin(faulty.Machine, made);
        }

        await ann.DoneAsync();
        await DeliveredAsync(gateway, influx, "calm", windows);
        return await KeptAsync(gateway, influx, "calm");
    }

    private static async Task DeliveredAsync(GatewayProcess gateway, InfluxServer influx, string database, long windows)
    {
        await gateway.WaitUntilReadyAsync();
        await Patience.UntilAsync(
            async () => await influx.CountAsync("SELECT count(score) FROM vibration_score", database) >= windows,
            () => $"{windows} windows in {database}: {gateway.Log}");
        await gateway.WaitForMetricsAsync(m => m.Sent("webhook") == m.Received("webhook") && m.Sent("influx") == m.Received("influx"), "everything is delivered");
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static async Task<GatewaySettings> SettingsAsync(MosquittoServer broker, InfluxServer influx, WebhookReceiver webhook, string name)
    {
        GatewaySettings settings = new GatewaySettings(broker.Port, await Cwru.ModelAsync()).WithInflux(influx.Url, name).WithWebhook(webhook.Url).WithMeasures();
        settings.Mqtt["clientId"] = name;
        settings.Mqtt["topics"]!.AsArray().Add(new JsonObject { ["template"] = "exactly-once/{machine}/{sensor}/{axis}", ["sampleRateHz"] = 12000, ["qos"] = 2 });
        JsonObject store = settings.Root["store"]!.AsObject();
        (store["durability"], store["checkpointInterval"]) = ("journal", "00:00:00.5");
        settings.Root["detector"]!["shards"] = 2;
        return settings;
    }

    /// <summary>What is in the database and in the local store of a gateway that has ended.</summary>
    private static async Task<Kept> KeptAsync(GatewayProcess gateway, InfluxServer influx, string database)
    {
        IReadOnlyList<string> scores = await influx.ContentAsync(database, "vibration_score");
        StoreOptions options = new() { Path = Path.Combine(gateway.Folder, "data", "thrum.db") };
        ListLogger<LocalStore> log = new();
        await using LocalStore store = await LocalStore.OpenAsync(options, TimeProvider.System, log);
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);
        IReadOnlyList<AlarmTransition> transitions = await new StorePages(store).AlarmsAsync(new AlarmQuery(100_000), CancellationToken.None);
        IReadOnlyList<string> measures = await influx.ContentAsync(database, "vibration_measure");
        EvidenceStore evidence = new(store);
        List<string> kept = [];
        foreach (AlarmTransition transition in transitions.OrderBy(one => one.Id))
        {
            if (await evidence.FindAsync(transition.Id, CancellationToken.None) is { } found)
            {
                kept.Add(Encoding.UTF8.GetString(EvidenceJson.Write(found)));
            }
        }

        List<string> history = [];
        for (int pair = 1; ; pair++)
        {
            int before = history.Count;
            foreach (string machine in new[] { $"healthy-{pair}", $"faulty-{pair}" })
            {
                AxisId axis = new(machine, "s1", "DE");
                history.AddRange((await store.QueryHistoryAsync(axis, 0, long.MaxValue, TimeSpan.Zero, CancellationToken.None)).Select(point => $"{axis} {point}"));
            }

            if (history.Count == before)
            {
                return new Kept(
                    scores, await AlarmsAsync(influx, database, transitions), Ids(transitions.Where(one => !CrashOperator.Did(one))),
                    [.. transitions.Where(CrashOperator.Did).Select(CrashOperator.Describe).Order(StringComparer.Ordinal)], Ids(transitions), history, measures, kept);
            }
        }
    }

    private static string[] Ids(IEnumerable<AlarmTransition> transitions) => [.. transitions.Select(one => one.Id.ToString("D")).Order(StringComparer.Ordinal)];

    /// <summary>The alarm points; an operator's have their own ids and moments, so the id in such a point is checked against the store and left out.</summary>
    private static async Task<IReadOnlyList<string>> AlarmsAsync(InfluxServer influx, string database, IReadOnlyList<AlarmTransition> transitions)
    {
        IReadOnlyList<string> points = await influx.ContentAsync(database, "vibration_alarm");
        AlarmTransition[] commands = [.. transitions.Where(CrashOperator.Did)];
        foreach (AlarmTransition command in commands)
        {
            Assert.Single(points, point => point.Contains(command.Id.ToString("D"), StringComparison.Ordinal));
        }

        return
        [
            .. points.Where(point => !commands.Any(command => point.Contains(command.Id.ToString("D"), StringComparison.Ordinal))),
            .. commands.Select(CrashOperator.Describe).Order(StringComparer.Ordinal),
        ];
    }

    /// <param name="Scores">Points of scores.</param>
    /// <param name="Alarms">Points of alarms.</param>
    /// <param name="Transitions">Ids of what machines did.</param>
    /// <param name="Commands">What operators did, without the ids, which hash their place in the journal.</param>
    /// <param name="Ids">Ids of both.</param>
    /// <param name="History">Score history.</param>
    /// <param name="Measures">Points of measures.</param>
    /// <param name="Evidence">Evidence of alarms, as JSON.</param>
    private sealed record Kept(
        IReadOnlyList<string> Scores, IReadOnlyList<string> Alarms, IReadOnlyList<string> Transitions, IReadOnlyList<string> Commands, IReadOnlyList<string> Ids,
        IReadOnlyList<string> History, IReadOnlyList<string> Measures, IReadOnlyList<string> Evidence);
}
