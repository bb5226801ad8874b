using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class HistoryDestinationTests : IAsyncLifetime
{
    private const long Second = 1_000_000_000;

    private readonly Given _given = new();
    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Write_ManyWindows_OneRowPerAxisAndBucket()
    {
        await using HistoryDestination destination = Create();
        using (ScoreBatch batch = _given.Batch(8, stepNs: Second / 4))
        {
            batch.Append(Given.Window(_given.Axis(axis: "y"), Given.StartUnixNs, 100), [1, 1]);
            batch.Append(
                Given.Window(_given.Axis(), Given.StartUnixNs + (7 * Second / 4) + 1, float.NaN, WindowStatus.Gap)
                    with
                { State = AlarmState.Latched, Threshold = float.NaN, PValue = float.NaN },
                []);
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        await destination.CompleteAsync(CancellationToken.None);
        IReadOnlyList<HistoryPoint> points = await HistoryAsync("x");
        Assert.Equal(2, points.Count);
        Assert.Equal(
            new HistoryPoint
            {
                Scorer = "dense",
                StartUnixNs = Given.StartUnixNs,
                Windows = 4,
                Scored = 4,
                MaxScore = 3,
                MeanScore = 1.5,
                MinPValue = 0.25,
                Threshold = 12.5,
                State = "normal",
                Status = "valid",
            },
            points[0]);
        Assert.Equal(
            new HistoryPoint
            {
                Scorer = "dense",
                StartUnixNs = Given.StartUnixNs + Second,
                Windows = 5,
                Scored = 4,
                MaxScore = 7,
                MeanScore = 5.5,
                MinPValue = 0.25,
                Threshold = double.NaN,
                State = "latched",
                Status = "gap",
            },
            points[1]);
        Assert.Equal(100, Assert.Single(await HistoryAsync("y")).MaxScore);
        Assert.Equal((10, 10), (destination.Counters.Received, destination.Counters.Sent));
    }

    [Fact]
    public async Task Write_BucketCommittedInPieces_Merges()
    {
        await using HistoryDestination destination = Create();
        for (int i = 0; i < 4; i++)
        {
            using ScoreBatch batch = _given.Batch(1, from: i, stepNs: Second / 4);
            batch.Append(Given.Transition(i));
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        HistoryPoint point = Assert.Single(await HistoryAsync("x"));
        Assert.Equal((4, 4, 3.0, 1.5), (point.Windows, point.Scored, point.MaxScore, point.MeanScore));
    }

    [Fact]
    public async Task Write_SameWindowsAfterARestart_LeavesTheHistoryAsItWas()
    {
        await ScoreInPiecesAsync(0, 8);
        IReadOnlyList<HistoryPoint> once = await HistoryAsync("x");
        await _store.ReopenAsync();
        await ScoreInPiecesAsync(0, 8);
        Assert.Equal(once, await HistoryAsync("x"));
        Assert.Equal([4, 4], once.Select(point => point.Windows));
    }

    [Fact]
    public async Task Write_RestartWithinABucket_AddsToIt()
    {
        await ScoreInPiecesAsync(0, 6);
        await _store.ReopenAsync();
        await ScoreInPiecesAsync(6, 2);
        Assert.Equal([(4, 3.0, 1.5), (4, 7.0, 5.5)], (await HistoryAsync("x")).Select(point => (point.Windows, point.MaxScore, point.MeanScore)));
    }

    [Fact]
    public async Task Write_NoTransition_IsCommittedWhenTheIntervalHasPassed()
    {
        await using HistoryDestination destination = Create();
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        using ScoreBatch batch = _given.Batch(3);
        await destination.WriteAsync(batch, CancellationToken.None);
        Assert.Empty(await HistoryAsync("x"));
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(async () => (await HistoryAsync("x")).Count == 3, "the history to be committed");
    }

    [Fact]
    public async Task Write_Transition_IsStoredBeforeTheCallReturnsAndOnlyOnce()
    {
        await using HistoryDestination destination = Create();
        AlarmTransition transition = Given.Transition() with { Value = double.NaN };
        for (int i = 0; i < 2; i++)
        {
            using ScoreBatch batch = _given.Batch(1, from: i);
            batch.Append(transition);
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        await using LocalStore copy = await _store.OpenCopyAsync();
        Assert.Equal(transition, Assert.Single(await new StorePages(copy).AlarmsAsync(new AlarmQuery(10), CancellationToken.None)));
    }

    [Fact]
    public async Task QueryTransitions_ByAxis_NewestFirstAndLimited()
    {
        await using HistoryDestination destination = Create();
        using ScoreBatch batch = _given.Pool.Rent();
        AlarmTransition[] transitions = [.. Enumerable.Range(0, 5).Select(i => Given.Transition(i)), Given.Transition(9, "fan")];
        Array.ForEach(transitions, batch.Append);
        await destination.WriteAsync(batch, CancellationToken.None);
        Assert.Equal([transitions[5], transitions[4]], await new StorePages(_store.Store).AlarmsAsync(new AlarmQuery(2), CancellationToken.None));
        Assert.Equal([transitions[4], transitions[3]], await new StorePages(_store.Store).AlarmsAsync(new AlarmQuery(2) { Machine = "pump", Sensor = "bearing", Axis = "x" }, CancellationToken.None));
    }

    [Fact]
    public async Task QueryHistory_WithStep_JoinsBuckets()
    {
        await using HistoryDestination destination = Create();
        using ScoreBatch batch = _given.Batch(20);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        IReadOnlyList<HistoryPoint> points = await _store.Store.QueryHistoryAsync(
            _given.Axis().Id, Given.StartUnixNs, Given.StartUnixNs + (12 * Second), TimeSpan.FromSeconds(5), CancellationToken.None);
        Assert.Equal([5, 5, 2], points.Select(point => point.Windows));
        Assert.Equal([4, 9, 11], points.Select(point => point.MaxScore));
        Assert.Equal([2, 7, 10.5], points.Select(point => point.MeanScore));
    }

    [Fact]
    public async Task Trim_PastRetention_DeletesByTimeOfWriting()
    {
        await using HistoryDestination destination = Create();
        await WriteAsync(destination, 0);
        _store.Time.Advance(TimeSpan.FromDays(20));
        await WriteAsync(destination, 3);
        _store.Time.Advance(TimeSpan.FromDays(10.5));
        await _store.Store.TrimOnceAsync(CancellationToken.None);
        Assert.Equal([3, 4, 5], (await HistoryAsync("x")).Select(point => point.MaxScore));
        Assert.Equal(2, (await new StorePages(_store.Store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Trim_TooManyBytes_DeletesTheOldestWritten()
    {
        await using TemporaryStore small = await TemporaryStore.OpenAsync(new StoreOptions { HistoryBytes = 1 << 20 });
        await using HistoryDestination destination = new(small.Store, [], small.Time);
        using ScoreBatch batch = _given.Batch(20_000);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        await small.Store.TrimOnceAsync(CancellationToken.None);
        IReadOnlyList<HistoryPoint> left = await small.Store.QueryHistoryAsync(
            _given.Axis().Id, 0, long.MaxValue, TimeSpan.Zero, CancellationToken.None);
        Assert.InRange(left.Count, 1000, 19_000);
        Assert.Equal(19_999, left[^1].MaxScore);
        Assert.Equal(left.Count, left[^1].MaxScore - left[0].MaxScore + 1);
    }

    [Fact]
    public async Task Complete_DuringAFlush_CountsWhatItCommits()
    {
        await using HistoryDestination destination = Create();
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        using ScoreBatch batch = _given.Batch(3);
        await destination.WriteAsync(batch, CancellationToken.None);
        using ManualResetEventSlim release = new();
        Task busy = _store.Store.ExecuteAsync(_ => release.Wait(Patience.Limit), CancellationToken.None).AsTask();
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        Task completing = destination.CompleteAsync(CancellationToken.None).AsTask();
        // The flush was cancelled and is given its grace.
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2)).InTime();
        release.Set();
        await busy;
        await completing;
        Assert.Equal((3, 3, 0), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
    }

    [Fact]
    public async Task Flush_Refused_IsToldOnceCountedAndTheNextIsTried()
    {
        await using HistoryDestination destination = Create();
        await ExecuteAsync("ALTER TABLE score_history RENAME TO away");
        for (int i = 1; i <= 2; i++)
        {
            await FlushAsync(destination, 3 * i, () => destination.Counters.DroppedFor(DropReason.Refused) == 3 * i);
        }

        await ExecuteAsync("ALTER TABLE away RENAME TO score_history");
        await FlushAsync(destination, 9, () => destination.Counters.Sent == 3);
        Assert.Equal(1, _store.Log.CountOf(EventIds.HistoryRefused));
        Assert.Equal((9, 3, 6), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));
    }

    [Fact]
    public async Task Write_StoreGivesUpWhileDiskRefuses_FailsAndCounts()
    {
        HistoryDestination destination = Create();
        await _store.BreakAsync();
        Task writing = WriteAsync(destination, 0);
        Assert.False(writing.IsCompleted);
        await _store.Store.GiveUpAsync();
        await Assert.ThrowsAsync<StoreException>(() => writing.InTime());
        await destination.DisposeAsync().InTime();
        Assert.Equal((3, 0, 3), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.DroppedFor(DropReason.Shutdown)));
    }

    [Fact]
    public async Task Trim_Refused_IsToldOnceAndTriedAgain()
    {
        await using HistoryDestination destination = Create();
        await WriteAsync(destination, 0);
        await ExecuteAsync("ALTER TABLE score_history RENAME TO away");
        await AdvanceUntilTrimmedAsync(() => Task.FromResult(_store.Log.CountOf(EventIds.TrimFailed) == 1));
        await ExecuteAsync("ALTER TABLE away RENAME TO score_history");
        _store.Time.Advance(TimeSpan.FromDays(30.5));
        await AdvanceUntilTrimmedAsync(async () => (await HistoryAsync("x")).Count == 0);
        Assert.Equal(1, _store.Log.CountOf(EventIds.TrimFailed));
    }

    private HistoryDestination Create() => new(_store.Store, [], _store.Time);

    /// <summary>Four windows a second, committed two at a time.</summary>
    private async Task ScoreInPiecesAsync(int from, int windows)
    {
        await using HistoryDestination destination = Create();
        for (int i = from; i < from + windows; i += 2)
        {
            using ScoreBatch batch = _given.Batch(2, from: i, stepNs: Second / 4);
            batch.Append(Given.Transition(i));
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        await destination.CompleteAsync(CancellationToken.None);
    }

    private Task AdvanceUntilTrimmedAsync(Func<Task<bool>> trimmed) => Patience.UntilAsync(
        () =>
        {
            _store.Time.Advance(TimeSpan.FromMinutes(1));
            return trimmed();
        },
        "the trimming");

    private async Task ExecuteAsync(string sql) => await _store.Store.ExecuteAsync(session => session.Execute(sql), CancellationToken.None);

    private async Task FlushAsync(HistoryDestination destination, int from, Func<bool> done)
    {
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        using ScoreBatch batch = _given.Batch(3, from);
        await destination.WriteAsync(batch, CancellationToken.None);
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(() => done(), "the flush");
    }

    private async Task WriteAsync(HistoryDestination destination, int from)
    {
        using ScoreBatch batch = _given.Batch(3, from);
        batch.Append(Given.Transition(from));
        await destination.WriteAsync(batch, CancellationToken.None);
    }

    private Task<IReadOnlyList<HistoryPoint>> HistoryAsync(string axis) => _store.Store.QueryHistoryAsync(
        _given.Axis(axis: axis).Id, 0, long.MaxValue, TimeSpan.Zero, CancellationToken.None);
}
