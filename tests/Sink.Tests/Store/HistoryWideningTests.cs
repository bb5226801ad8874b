using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

/// <summary>Old score history goes into wider buckets that say the same, and bytes are bounded by a stated order.</summary>
public sealed class HistoryWideningTests
{
    private readonly Given _given = new();

    [Fact]
    public async Task Trim_OldHistory_IsSummedIntoWideBucketsAndNewStaysAsItIs()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        await WriteAsync(store, 0, 3000);
        IReadOnlyList<HistoryPoint> before = await QueryAsync(store, TimeSpan.FromMinutes(1));
        store.Time.Advance(TimeSpan.FromDays(14.5));
        await WriteAsync(store, 3000, 120);
        await store.Store.TrimOnceAsync(CancellationToken.None);

        IReadOnlyList<HistoryPoint> stored = await QueryAsync(store, TimeSpan.Zero);
        Assert.Equal((before.Count + 120, 3120), (stored.Count, stored.Sum(point => point.Windows)));
        Assert.Equal(before, stored.Take(before.Count));
        Assert.Equal(stored.OrderBy(point => point.StartUnixNs), stored);
        Assert.True((await QueryAsync(store, TimeSpan.FromHours(1))).Sum(point => point.Windows) == 3120);
    }

    [Fact]
    public async Task Trim_SameWindowsScoredAgainAfterTheyWereWidened_CountsThemOnce()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        await WriteAsync(store, 0, 600);
        store.Time.Advance(TimeSpan.FromDays(14.5));
        await store.Store.TrimOnceAsync(CancellationToken.None);
        await store.ReopenAsync();
        await WriteAsync(store, 0, 600);
        store.Time.Advance(TimeSpan.FromDays(14.5));
        await store.Store.TrimOnceAsync(CancellationToken.None);
        Assert.Equal(600, (await QueryAsync(store, TimeSpan.Zero)).Sum(point => point.Windows));
    }

    [Fact]
    public async Task Trim_RunThatGoesOnInTheSameBucket_AddsToIt()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        await WriteAsync(store, 0, 30);
        await store.ReopenAsync();
        await WriteAsync(store, 30, 10);
        store.Time.Advance(TimeSpan.FromDays(14.5));
        await store.Store.TrimOnceAsync(CancellationToken.None);
        Assert.Equal(40, (await QueryAsync(store, TimeSpan.Zero)).Sum(point => point.Windows));
    }

    [Fact]
    public async Task Trim_WideHistoryPastItsRetention_Goes()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        await WriteAsync(store, 0, 600);
        store.Time.Advance(TimeSpan.FromDays(14.5));
        await store.Store.TrimOnceAsync(CancellationToken.None);
        store.Time.Advance(TimeSpan.FromDays(16));
        await store.Store.TrimOnceAsync(CancellationToken.None);
        Assert.Empty(await QueryAsync(store, TimeSpan.Zero));
    }

    [Fact]
    public async Task Trim_TransitionsAloneBeyondTheBytes_DropsTheOldestOfThem()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync(new StoreOptions { HistoryBytes = 1 << 20 });
        TransitionMessages[] many = [.. Enumerable.Range(0, 6000).Select(i => new TransitionMessages(Given.Transition(i), []))];
        await store.Store.CommitAsync([], many, CancellationToken.None);
        await store.Store.TrimOnceAsync(CancellationToken.None);
        IReadOnlyList<AlarmTransition> left = await new StorePages(store.Store).AlarmsAsync(new AlarmQuery(10_000), CancellationToken.None);
        Assert.InRange(left.Count, 1, 4000);
        Assert.Equal(many[^1].Transition.Id, left[0].Id);
    }

    [Fact]
    public async Task Trim_AlarmThatStandsSinceLong_KeepsItsNewestTransition()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync(new StoreOptions { HistoryBytes = 1 << 20 });
        AlarmTransition standing = Given.Transition(0, rule: "standing");
        TransitionMessages[] others = [.. Enumerable.Range(1, 6000).Select(i => new TransitionMessages(Given.Transition(i), []))];
        await store.Store.CommitAsync([], [new TransitionMessages(standing, []), .. others], CancellationToken.None);

        store.Time.Advance(TimeSpan.FromDays(1000));
        await store.Store.TrimOnceAsync(CancellationToken.None);

        IReadOnlyList<AlarmTransition> left = await new StorePages(store.Store).AlarmsAsync(new AlarmQuery(10_000), CancellationToken.None);
        Assert.Equal([others[^1].Transition.Id, standing.Id], left.Select(transition => transition.Id));
    }

    [Fact]
    public async Task Trim_TransitionsPastTheirTime_GoButForTheNewestOfAnAlarm()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        AlarmTransition[] old = [Given.Transition(0, rule: "standing"), Given.Transition(1), Given.Transition(2)], young = [Given.Transition(3), Given.Transition(4)];
        await store.Store.CommitAsync([], [.. old.Select(one => new TransitionMessages(one, []))], CancellationToken.None);
        store.Time.Advance(store.Options.TransitionRetention);
        await store.Store.CommitAsync([], [.. young.Select(one => new TransitionMessages(one, []))], CancellationToken.None);
        store.Time.Advance(TimeSpan.FromSeconds(1));

        await store.Store.TrimOnceAsync(CancellationToken.None);

        IReadOnlyList<AlarmTransition> left = await new StorePages(store.Store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None);
        Assert.Equal([young[1].Id, young[0].Id, old[0].Id], left.Select(transition => transition.Id));
    }

    [Fact]
    public async Task Trim_EvidenceAndStatesAboveTheBytes_LeavesHistoryAlone()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync(new StoreOptions { HistoryBytes = 1 << 20 });
        await WriteAsync(store, 0, 100);
        await store.Store.CommitAsync([], [new TransitionMessages(Given.Transition(0), []), new TransitionMessages(Given.Transition(1), [])], CancellationToken.None);
        byte[] body = new byte[2 << 20];
        await store.Store.ExecuteAsync(
            session =>
            {
                session.Evidence.Put(Guid.NewGuid(), body, "undetermined");
                session.Checkpoints.Put(_given.Axis().Id, 1, body);
            },
            CancellationToken.None);

        await store.Store.TrimOnceAsync(CancellationToken.None);

        Assert.Equal(2, (await new StorePages(store.Store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None)).Count);
        Assert.Equal(100, (await QueryAsync(store, TimeSpan.Zero)).Count);
    }

    private async Task WriteAsync(TemporaryStore store, int from, int windows)
    {
        await using HistoryDestination destination = new(store.Store, [], store.Time);
        using ScoreBatch batch = _given.Batch(windows, from);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
    }

    private Task<IReadOnlyList<HistoryPoint>> QueryAsync(TemporaryStore store, TimeSpan step) =>
        store.Store.QueryHistoryAsync(_given.Axis().Id, 0, long.MaxValue, step, CancellationToken.None);
}
