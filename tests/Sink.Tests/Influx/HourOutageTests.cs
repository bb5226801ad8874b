using System.Globalization;
using Thrum.Detector.Scores;
using Thrum.Sink.Influx;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Influx;

/// <summary>A database that is away for an hour of a simulated clock, while sensors go on and checkpoints demand that what was taken is safe.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class HourOutageTests : IAsyncLifetime
{
    private const int PointsASecond = 40, Seconds = 3600, CheckpointSeconds = 10;

    // 30 s between two attempts, and what the steps of the clock add.
    private const int LongestPause = 34;

    private const int BatchPoints = 500, QueueBytes = 1 << 20, OutboxBytes = 64 << 20;

    private readonly Given _given = new();
    private readonly ListLogger<InfluxDestination> _log = new();
    private WebhookReceiver _server = null!;
    private TemporaryStore _store = null!;
    private int _written;

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
    public async Task Outage_OfAnHour_BoundsMemoryAndDiskAndThenDeliversEachPointOnceOldestFirstWithTheLiveOnesBetween()
    {
        await using InfluxDestination destination = await CreateAsync();
        long mostInMemory = 0, memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        for (int second = 1; second <= Seconds; second++)
        {
            await PassSecondAsync(destination, checkpoint: second % CheckpointSeconds == 0);
            // The clock does not run away from an attempt that is under way.
            int due = (second - LongestPause) / LongestPause;
            await Patience.UntilAsync(() => destination.Counters.Errors >= due, "the attempts of the time that has passed");
            mostInMemory = Math.Max(mostInMemory, destination.Counters.QueueLength - destination.OutboxPoints);
        }

        int outage = _written;
        Assert.NotEqual(DeliveryCircuit.Closed, destination.Health.Circuit);
        Assert.InRange(destination.Health.OldestAge, TimeSpan.FromSeconds(Seconds - 60), TimeSpan.FromSeconds(Seconds * 1.2));
        // Once it is known to be away, it is asked every 30 s.
        Assert.InRange(destination.Counters.Errors, 100, 200);
        const int ShortestLine = 120;
        Assert.InRange(mostInMemory, 1, (QueueBytes / ShortestLine) + BatchPoints);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memoryBefore, long.MinValue, 8L << 20);
        Assert.InRange(FileBytes(), destination.OutboxPoints * ShortestLine, OutboxBytes);

        await _server.UpAsync();
        await Patience.UntilAsync(() => PassTime() && _server.Requests.Count > 0, "the next attempt");
        while (destination.OutboxPoints > 0)
        {
            Task oneMore = _server.WaitForRequestsAsync(_server.Requests.Count + 1);
            await PassSecondAsync(destination, checkpoint: false);
            await _store.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), oneMore);
        }

        await destination.CompleteAsync(CancellationToken.None);
        int[] arrived = [.. _server.Requests.SelectMany(Scores)];
        Assert.Equal(Enumerable.Range(0, _written), arrived.Order());
        Assert.Equal(Enumerable.Range(0, outage - BatchPoints), arrived.Where(point => point < outage - BatchPoints));
        int firstLive = Array.FindIndex(arrived, point => point >= outage);
        int backlogBehind = arrived.Skip(firstLive).Count(point => point < outage);
        Assert.True(backlogBehind > outage / 2, $"{backlogBehind} of {outage} points of the outage went out after the first live one");
        Assert.Equal((_written, _written, 0), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
        Assert.Equal((DeliveryCircuit.Closed, TimeSpan.Zero), (destination.Health.Circuit, destination.Health.OldestAge));
    }

    private Task<InfluxDestination> CreateAsync() => InfluxDestination.CreateAsync(
        new InfluxOptions { Url = _server.Url.ToString(), Bucket = "b", BatchPoints = BatchPoints, QueueBytes = QueueBytes, OutboxBytes = OutboxBytes, BatchDelay = TimeSpan.FromSeconds(0.9), Timeout = TimeSpan.FromHours(1) },
        _store.Store, _store.Time, _log, CancellationToken.None);

    /// <summary>A second of all sensors; at a checkpoint, what was taken is made durable.</summary>
    private async Task PassSecondAsync(InfluxDestination destination, bool checkpoint)
    {
        using (ScoreBatch batch = _given.Batch(PointsASecond, _written))
        {
            batch.ReceivedTimestamp = _store.Time.GetTimestamp();
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        _written += PointsASecond;
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        if (checkpoint)
        {
            await AdvanceUntilAsync(destination.MakeDurableAsync(CancellationToken.None).AsTask());
        }
    }

    /// <summary>Lets the time pass that a checkpoint gives a server to answer, where it gives it any.</summary>
    private async Task AdvanceUntilAsync(Task durable)
    {
        await Task.WhenAny(durable, _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)));
        PassTime();
        await durable.InTime();
    }

    private bool PassTime()
    {
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        return true;
    }

    private long FileBytes() => new[] { "", "-wal" }.Sum(ending => new FileInfo(_store.Options.Path + ending) is { Exists: true } file ? file.Length : 0);

    private static IEnumerable<int> Scores(ReceivedRequest request) => request.Body
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(line.Split(",score=")[1].Split(',')[0], CultureInfo.InvariantCulture));
}

/// <summary>Tests that measure the memory of the process, which no other test may use meanwhile.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
