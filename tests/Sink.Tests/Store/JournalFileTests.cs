using Thrum.Detector.Durability;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class JournalFileTests : IAsyncLifetime
{
    private readonly ListLogger<JournalFile> _log = new();
    private TemporaryStore _store = null!;
    private JournalFile _journal = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TemporaryStore.OpenAsync(new StoreOptions { Durability = Durability.Journal, JournalBytes = 1 << 20 });
        await OpenAsync(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Append_Full_WaitsAndSaysSo_UntilACheckpointMakesRoom()
    {
        await AppendAsync(600_000);
        Task second = AppendAsync(600_000);
        await WaitForAsync(() => _journal.Fault is not null);
        Assert.Contains("is full (", _journal.Fault, StringComparison.Ordinal);
        Assert.False(second.IsCompleted);
        Assert.Equal(1, _log.CountOf(EventIds.JournalFull));

        // Not deleted at once, but its room is needed.
        await _journal.TrimAsync(1, atOnce: false, CancellationToken.None);
        await second.InTime();
        Assert.Null(_journal.Fault);
        Assert.Equal([2L], await SequencesAsync());
    }

    [Fact]
    public async Task Trim_KeepsOneCheckpointLonger_UnlessAtOnce()
    {
        for (int i = 0; i < 4; i++)
        {
            await AppendAsync(100, records: 2);
        }

        await _journal.TrimAsync(3, atOnce: false, CancellationToken.None);
        Assert.Equal([1L, 3L, 5L, 7L], await SequencesAsync());
        await _journal.TrimAsync(5, atOnce: false, CancellationToken.None);
        Assert.Equal([3L, 5L, 7L], await SequencesAsync());
        await _journal.TrimAsync(6, atOnce: true, CancellationToken.None);
        Assert.Equal([7L], await SequencesAsync());
    }

    [Fact]
    public async Task Open_Again_GoesOnBehindTheNewestRecordKnownAnywhere()
    {
        await AppendAsync(10, records: 3);
        await ReopenAsync(0);
        Assert.Equal(3, _journal.LastSequence);
        Assert.Equal([1L], await SequencesAsync());

        // The file was deleted, but a checkpoint knows of record 9.
        await _journal.DisposeAsync();
        foreach (string ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_store.Options.JournalPath + ending);
        }

        await OpenAsync(9);
        await AppendAsync(10);
        Assert.Equal([10L], await SequencesAsync());
    }

    [Fact]
    public async Task Append_DiskFull_SaysSoAndResumesByItself()
    {
        await _journal.ExecuteAsync(session => session.Pragma("max_page_count=1"), CancellationToken.None);
        Task append = AppendAsync(100_000);
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        Assert.Contains("cannot be written", _journal.Fault, StringComparison.Ordinal);
        Assert.False(append.IsCompleted);
        // The connection opened anew has no such limit.
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await append.InTime();
        await WaitForAsync(() => _journal.Fault is null);
        Assert.Equal([1L], await SequencesAsync());
    }

    [Fact]
    public async Task WrittenBytes_AreTheLogsPages()
    {
        long before = _journal.WrittenBytes;
        await AppendAsync(200_000);
        Assert.InRange(_journal.WrittenBytes - before, 200_000, 400_000);
    }

    [Fact]
    public async Task Leftover_CountsRecordsBeyondTheCheckpoint()
    {
        await AppendAsync(100, records: 3);
        await AppendAsync(100, records: 2);
        Assert.Equal(5, await LeftoverJournal.CountAsync(_store.Options));
        await _store.Store.CheckpointAsync([], 2, 2, [], CancellationToken.None);
        Assert.Equal(3, await LeftoverJournal.CountAsync(_store.Options));
        await _store.Store.CheckpointAsync([], 5, 5, [], CancellationToken.None);
        Assert.Equal(0, await LeftoverJournal.CountAsync(_store.Options));
        Assert.Equal(0, await LeftoverJournal.CountAsync(_store.Options with { Path = _store.Options.Path + "-other.db" }));
    }

    private async Task OpenAsync(long through) => _journal = await JournalFile.OpenAsync(_store.Options, through, _store.Time, _log);

    private async Task ReopenAsync(long through)
    {
        await _journal.DisposeAsync();
        await OpenAsync(through);
    }

    private Task AppendAsync(int bytes, int records = 1)
    {
        JournalBatch batch = new();
        for (int i = 0; i < records; i++)
        {
            batch.Append(JournalRecordKind.Message, bytes).Fill((byte)i);
        }

        return _journal.AppendAsync(batch, CancellationToken.None).AsTask();
    }

    private static Task WaitForAsync(Func<bool> condition) => Patience.UntilAsync(() => condition(), "the journal's state");

    private async Task<IReadOnlyList<long>> SequencesAsync()
    {
        JournalBatch batch = new();
        List<long> firsts = [];
        for (long after = 0; await _journal.ReadAsync(after, batch, CancellationToken.None); after = batch.LastSequence)
        {
            firsts.Add(batch.FirstSequence);
        }

        return firsts;
    }
}
