using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Sink.Influx;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Integration;

[Trait("Category", "Integration")]
public sealed class InfluxServerTests
{
    private readonly Given _given = new();
    private readonly ListLogger<InfluxDestination> _log = new();

    [Fact]
    public async Task Write_ScoresAndAlarm_ReadBackWithTypesAndNanoseconds()
    {
        await using InfluxServer server = await InfluxServer.StartAsync("thrum");
        await using InfluxDestination destination = await CreateAsync(server, new InfluxOptions { Gzip = GzipMode.On }, null);
        AlarmTransition transition = Given.Transition(message: "was \"loud\", = at C:\\ ünd\nmore");
        using ScoreBatch batch = _given.Pool.Rent();
        float[] values = [1.17549435e-38f, -3.4028235e38f, 0.1f, 1e-5f, 1, -0.0f, 123456789, 3.3333333f];
        for (int i = 0; i < values.Length; i++)
        {
            batch.Append(Given.Window(_given.Axis("pump, a=1 \\x\\"), Given.StartUnixNs + i, values[i]), [values[i], values[i]]);
        }

        batch.Append(Given.Window(_given.Axis("pump, a=1 \\x\\"), Given.StartUnixNs + 100, float.NaN, WindowStatus.NonFinite), []);
        batch.Append(transition);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);

        Assert.Equal((10, 10, 0), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows = await server.QueryAsync("SELECT * FROM vibration_score", "thrum");
        Assert.Equal(values, rows.Take(values.Length).Select(row => (float)row["fft_120_180hz"].GetDouble()));
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => Given.StartUnixNs + i), rows.Take(values.Length).Select(row => row["time"].GetInt64()));
        Assert.Equal(("pump, a=1 \\x/", "dense", "valid"), (Text(rows[0], "machine"), Text(rows[0], "scorer"), Text(rows[0], "status")));
        Assert.Equal(("nonFinite", JsonValueKind.Null), (Text(rows[^1], "status"), rows[^1]["score"].ValueKind));
        IReadOnlyDictionary<string, JsonElement> alarm = Assert.Single(await server.QueryAsync("SELECT * FROM vibration_alarm", "thrum"));
        Assert.Equal(transition.Message.Replace('\n', ' '), Text(alarm, "message"));
        Assert.Equal((transition.Id.ToString("D"), "alarm", "mse-high", 13.5), (Text(alarm, "transition_id"), Text(alarm, "severity"), Text(alarm, "rule"), alarm["value"].GetDouble()));
        Dictionary<string, string?> types = (await server.QueryAsync("SHOW FIELD KEYS FROM vibration_score", "thrum")).ToDictionary(row => Text(row, "fieldKey")!, row => Text(row, "fieldType"));
        Assert.Equal(
            ["fft_120_180hz float", "model string", "model_revision string", "mse float", "p_value float", "score float", "state string", "status string", "threshold float"],
            types.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key} {type.Value}"));
    }

    [Fact]
    public async Task Write_TypeConflicts_OnlyThoseAreDropped()
    {
        await using InfluxServer server = await InfluxServer.StartAsync("thrum");
        ScoredModel clashing = new("other", "r", ["state"], ["state"]);
        await using InfluxDestination destination = await CreateAsync(server, new InfluxOptions(), null);
        using (ScoreBatch first = _given.Batch(1))
        {
            await destination.WriteAsync(first, CancellationToken.None);
        }

        await Patience.UntilAsync(() => destination.Counters.Sent == 1, "the first point");
        using ScoreBatch batch = _given.Batch(100, from: 1);
        // A metric whose key is that of a string field: a conflict of types that the server refuses.
        batch.Append(Given.Window(_given.Axis(), Given.StartUnixNs + 1, 1) with { Model = clashing }, [1]);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal((102, 101, 1), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
        Assert.Equal(101, await server.CountAsync("SELECT count(score) FROM vibration_score", "thrum"));
        Assert.Equal(1, _log.CountOf(EventIds.PointsRefused));
    }

    [Fact]
    public async Task Write_NoSuchDatabase_WaitsUntilThereIsOne()
    {
        await using InfluxServer server = await InfluxServer.StartAsync("thrum");
        InfluxOptions options = new() { Database = "later", MaxRetryDelay = TimeSpan.FromSeconds(0.5) };
        await using InfluxDestination destination = await CreateAsync(server, options, null);
        using ScoreBatch batch = _given.Batch(10);
        await destination.WriteAsync(batch, CancellationToken.None);
        await Patience.UntilAsync(() => _log.CountOf(EventIds.AccessRefused) == 1, "the refusal");
        await server.QueryAsync("CREATE DATABASE later", null);
        await destination.CompleteAsync(CancellationToken.None).InTime();
        Assert.Equal(10, await server.CountAsync("SELECT count(score) FROM vibration_score", "later"));
    }

    [Fact]
    public async Task Outage_TenSeconds_NothingLostAndNothingTwice()
    {
        await using InfluxServer server = await InfluxServer.StartAsync("thrum");
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        InfluxOptions options = new() { BatchPoints = 1000, BatchDelay = TimeSpan.FromSeconds(0.2), QueueBytes = 1 << 20, MaxRetryDelay = TimeSpan.FromSeconds(1) };
        await using InfluxDestination destination = await CreateAsync(server, options, store.Store);
        int windows = 0;
        Task writing = Task.Run(async () =>
        {
            // 20 batches a second for 15 s at least, the server being away for 10 s at least from second 2 on.
            for (; windows < 300 * 200; windows += 200)
            {
                using ScoreBatch batch = _given.Batch(200, windows, stepNs: 1_000_000);
                await destination.WriteAsync(batch, CancellationToken.None);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        });
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        await server.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        await Patience.UntilAsync(() => destination.OutboxPoints > 0, "points of the outage in the outbox, since they do not fit in 1 MiB of memory");
        await server.StartAgainAsync();
        await writing.InTime();
        await destination.CompleteAsync(CancellationToken.None).InTime();
        Assert.Equal((windows, windows, 0), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
        // Score i was written for millisecond i: equal count and sum of i mean that each is there, once.
        IReadOnlyDictionary<string, JsonElement> row = Assert.Single(await server.QueryAsync("SELECT count(score), sum(score) FROM vibration_score", "thrum"));
        Assert.Equal((windows, windows * (windows - 1L) / 2), (row["count"].GetInt64(), (long)row["sum"].GetDouble()));
        Assert.Equal((1, 1), (_log.CountOf(EventIds.OutageBegan), _log.CountOf(EventIds.OutageEnded)));
    }

    private Task<InfluxDestination> CreateAsync(InfluxServer server, InfluxOptions options, Sink.Store.LocalStore? store)
    {
        InfluxOptions complete = options with { Url = server.Url.ToString(), Api = InfluxApi.V1, Database = options.Database.Length > 0 ? options.Database : "thrum" };
        return InfluxDestination.CreateAsync(complete, store, TimeProvider.System, _log, CancellationToken.None);
    }

    private static string? Text(IReadOnlyDictionary<string, JsonElement> row, string column) => row[column].GetString();
}
