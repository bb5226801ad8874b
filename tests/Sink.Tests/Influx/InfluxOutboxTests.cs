using System.Globalization;
using Thrum.Detector.Scores;
using Thrum.Sink.Influx;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Influx;

public sealed class InfluxOutboxTests : IAsyncLifetime
{
    private readonly Given _given = new();
    private readonly ListLogger<InfluxDestination> _log = new();
    private WebhookReceiver _server = null!;
    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _server = WebhookReceiver.CreateDown();
        _store = await TemporaryStore.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Outage_LongerThanMemory_LosesNothingAndKeepsOrder()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1000, QueueBytes = 1 << 20 });
        for (int i = 0; i < 40; i++)
        {
            await WriteAsync(destination, 500, from: 500 * i);
        }

        Assert.True(destination.OutboxPoints > 0);
        Assert.Equal(1, _log.CountOf(EventIds.SpillBegan));
        await _server.UpAsync();
        await WriteAsync(destination, 500, from: 20_000);
        await CompleteAsync(destination);
        Assert.Equal(Enumerable.Range(0, 20_500), Scores());
        Assert.Equal((20_500, 20_500, 0, 0), Counts(destination));
        Assert.Equal(1, _log.CountOf(EventIds.SpillEnded));
    }

    [Fact]
    public async Task Complete_DuringOutage_KeepsAllForTheNextStartInOrder()
    {
        InfluxOptions options = new() { BatchPoints = 1000, QueueBytes = 1 << 20 };
        await using (InfluxDestination first = await CreateAsync(options))
        {
            for (int i = 0; i < 40; i++)
            {
                await WriteAsync(first, 505, from: 505 * i);
            }

            await first.CompleteAsync(new CancellationToken(canceled: true));
            Assert.Equal((20_200, 0, 0, 20_200), Counts(first));
        }

        await _store.ReopenAsync();
        await _server.UpAsync();
        await using InfluxDestination second = await CreateAsync(options);
        await WriteAsync(second, 10, from: 20_200);
        await CompleteAsync(second);
        Assert.Equal(Enumerable.Range(0, 20_210), Scores());
        Assert.Equal((20_210, 20_210, 0, 0), Counts(second));
    }

    [Fact]
    public async Task Complete_InTheMiddleOfABody_KeepsOnlyWhatIsNotDelivered()
    {
        // The first half is taken, the second never answered.
        _server.Respond = request =>
        {
            int lines = request.Body.Count(c => c == '\n');
            _server.Stalled = lines <= 50;
            return lines > 50 ? new ScriptedReply(413) : ScriptedReply.NoContent;
        };
        await _server.UpAsync();
        await using (InfluxDestination first = await CreateAsync(new InfluxOptions { BatchPoints = 100 }))
        {
            await WriteAsync(first, 100);
            await _server.WaitForRequestsAsync(3).InTime();
            await first.CompleteAsync(new CancellationToken(canceled: true));
            Assert.Equal((100, 50, 0, 50), Counts(first));
        }

        _server.Stalled = false;
        _server.Respond = static _ => ScriptedReply.NoContent;
        await using InfluxDestination second = await CreateAsync(new InfluxOptions());
        await CompleteAsync(second);
        Assert.Equal(Enumerable.Range(50, 50), Scores(_server.Requests[^1]));
    }

    [Fact]
    public async Task Write_OutboxFull_WaitsAndSaysSo()
    {
        InfluxOptions options = new() { BatchPoints = 1000, QueueBytes = 1 << 20, OutboxBytes = 1 << 20 };
        await using InfluxDestination destination = await CreateAsync(options);
        Task writing = WriteAsync(destination, 30_000);
        await Patience.UntilAsync(() => _log.CountOf(EventIds.OutboxFull) == 1, "the outbox to be full");
        Assert.False(writing.IsCompleted);
        await _server.UpAsync();
        await AdvanceUntilAsync(writing);
        await CompleteAsync(destination);
        Assert.Equal(Enumerable.Range(0, 30_000), Scores().Order());
    }

    [Fact]
    public async Task Backlog_AlarmsAndTheirDiagnoses_KeepTheirOrder()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1000, QueueBytes = 1 << 20 });
        for (int i = 0; i < 40; i++)
        {
            await WriteAsync(destination, 500, from: 500 * i);
            await WriteAlarmAsync(destination, $"first-{i}");
        }

        Assert.True(destination.OutboxPoints > 0);
        await _server.UpAsync();
        for (int i = 0; i < 40; i++)
        {
            await WriteAsync(destination, 10, from: 20_000 + (10 * i));
            await WriteAlarmAsync(destination, $"second-{i}");
            _store.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await CompleteAsync(destination);
        string[] alarms = [.. _server.Requests.SelectMany(request => request.Body.Split('\n')).Where(line => line.StartsWith("vibration_alarm", StringComparison.Ordinal))];
        Assert.Equal(
            [.. Enumerable.Range(0, 40).Select(i => $"first-{i}"), .. Enumerable.Range(0, 40).Select(i => $"second-{i}")],
            alarms.Select(line => line.Split("message=\"")[1].Split('"')[0]));
        Assert.Equal(Enumerable.Range(0, 20_400), _server.Requests.SelectMany(ScoresOnly).Order());
    }

    private static IEnumerable<int> ScoresOnly(ReceivedRequest request) => request.Body
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line.StartsWith("vibration_score", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(",score=")[1].Split(',')[0], CultureInfo.InvariantCulture));

    private async Task WriteAlarmAsync(InfluxDestination destination, string message)
    {
        using ScoreBatch batch = _given.Batch(0);
        batch.Append(Given.Transition(message: message));
        await destination.WriteAsync(batch, CancellationToken.None);
    }

    [Fact]
    public async Task Dispose_WhileDiskRefusesToSayWhatWaits_Ends()
    {
        await using (InfluxDestination first = await CreateAsync(new InfluxOptions { BatchPoints = 10 }))
        {
            await WriteAsync(first, 10);
            await first.CompleteAsync(new CancellationToken(canceled: true));
        }

        InfluxDestination second = await CreateAsync(new InfluxOptions());
        await _store.BreakAsync();
        await _server.UpAsync();
        await AdvanceUntilAsync(second.DisposeAsync().AsTask());
    }

    private static (long Received, long Sent, long Dropped, long Kept) Counts(InfluxDestination destination) =>
        (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped, destination.OutboxPoints);

    private static IEnumerable<int> Scores(ReceivedRequest request) => request.Body
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(line.Split(",score=")[1].Split(',')[0], CultureInfo.InvariantCulture));

    private IEnumerable<int> Scores() => _server.Requests.SelectMany(Scores);

    private Task<InfluxDestination> CreateAsync(InfluxOptions options) =>
        InfluxDestination.CreateAsync(options with { Url = _server.Url.ToString(), Bucket = "b", Timeout = TimeSpan.FromHours(1) }, _store.Store, _store.Time, _log, CancellationToken.None);

    private async Task WriteAsync(InfluxDestination destination, int windows, int from = 0)
    {
        using ScoreBatch batch = _given.Batch(windows, from);
        await destination.WriteAsync(batch, CancellationToken.None);
    }

    private Task CompleteAsync(InfluxDestination destination) => AdvanceUntilAsync(destination.CompleteAsync(CancellationToken.None).AsTask());

    /// <summary>Lets waits of unknown length pass until the task has ended.</summary>
    private Task AdvanceUntilAsync(Task task) => _store.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), task);
}
