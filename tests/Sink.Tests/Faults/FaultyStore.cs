using System.Globalization;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Durability;
using Thrum.Sink.Store;

namespace Thrum.Sink.Tests.Faults;

/// <summary>A journal and an outbox on a disk that fails, beside the model of what they have to hold.</summary>
internal sealed class FaultyStore : IAsyncDisposable
{
    /// <summary>The writer's pause between two attempts.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // Sequences of records that were said to be durable, and the seed of their content.
    private readonly SortedDictionary<long, int> _journal = [];
    private readonly SortedDictionary<long, int> _outboxRows = [];
    private readonly ManualTimeProvider _time = new();
    private LocalStore _store = null!;
    private Outbox _outbox = null!;
    private long _trimmed;
    private int _seed;

    private FaultyStore(FaultyDisk disk) => Disk = disk;

    public FaultyDisk Disk { get; private set; }

    public JournalFile Journal { get; private set; } = null!;

    public ListLogger<JournalFile> JournalLog { get; } = new();

    public static async Task<FaultyStore> OpenAsync()
    {
        FaultyStore store = new(new FaultyDisk());
        await store.StartAsync();
        return store;
    }

    public async Task AppendJournalAsync(int bytes)
    {
        int seed = ++_seed;
        JournalBatch batch = Batch(seed, bytes);
        await Journal.AppendAsync(batch, CancellationToken.None);
        _journal.Add(batch.FirstSequence, seed);
    }

    public async Task TrimJournalAsync(int number)
    {
        if (_journal.Count > 0)
        {
            _trimmed = _journal.Keys.ElementAt(number % _journal.Count);
            await Journal.TrimAsync(_trimmed, atOnce: true, CancellationToken.None);
            foreach (long gone in _journal.Keys.Where(sequence => sequence <= _trimmed).ToArray())
            {
                _journal.Remove(gone);
            }
        }
    }

    public async Task AppendOutboxAsync(int bytes)
    {
        int seed = ++_seed;
        long sequence = _outbox.NextSequence();
        await _outbox.KeepAsync([(sequence, new OutboxBody(Content(seed, bytes), 1, seed.ToString(CultureInfo.InvariantCulture)))], CancellationToken.None);
        _outboxRows.Add(sequence, seed);
    }

    public async Task RemoveOutboxAsync()
    {
        if (await _outbox.PeekAsync(CancellationToken.None) is { } row)
        {
            await _outbox.RemoveAsync(row, CancellationToken.None);
            _outboxRows.Remove(row.Sequence);
        }
    }

    /// <summary>Appends to both while the disk fails, and mends it: nothing is said to be durable meanwhile, and afterwards everything is.</summary>
    public async Task WhileBrokenAsync(DiskFault fault, int after, int bytes)
    {
        if (fault is DiskFault.Read or DiskFault.ShortRead)
        {
            // What SQLite has in memory it would not read.
            await Journal.ExecuteAsync(static session => session.Execute("PRAGMA shrink_memory"), CancellationToken.None);
            await _store.ExecuteAsync(static session => session.Execute("PRAGMA shrink_memory"), CancellationToken.None);
        }

        Disk.Break(fault, after);
        int faults = Disk.Faults;
        Task both = Task.WhenAll(AppendJournalAsync(bytes), AppendOutboxAsync(bytes));
        bool mended = false;
        while (!both.IsCompleted)
        {
            Task retry = _time.WaitForTimerAsync(RetryInterval);
            await Task.WhenAny(both, retry);
            if (!mended && Disk.Faults > faults)
            {
                mended = true;
                Disk.Mend();
            }

            _time.Advance(RetryInterval);
        }

        Disk.Mend();
        await both;
    }

    public async Task ReopenAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task PowerCutAsync(Random random)
    {
        string left = Disk.PowerCut(random);
        await StopAsync();
        Disk.Dispose();
        Disk = new FaultyDisk();
        foreach (string file in Directory.GetFiles(left))
        {
            File.Move(file, Path.Combine(Disk.Folder, Path.GetFileName(file)));
        }

        Directory.Delete(left);
        await StartAsync();
    }

    /// <summary>Journal and outbox hold exactly what the model says.</summary>
    public async Task CheckAsync()
    {
        JournalBatch batch = new();
        List<(long, int)> found = [];
        for (long after = 0; await Journal.ReadAsync(after, batch, CancellationToken.None); after = batch.LastSequence)
        {
            JournalCursor cursor = default;
            Assert.True(batch.TryRead(ref cursor, out JournalRecord record));
            int seed = BitConverter.ToInt32(record.Body);
            Assert.Equal(Content(seed, record.Body.Length - sizeof(int)), record.Body[sizeof(int)..].ToArray());
            found.Add((batch.FirstSequence, seed));
        }

        Assert.Equal(_journal.Select(entry => (entry.Key, entry.Value)), found);
        Assert.Equal(0, JournalLog.CountOf(EventIds.JournalBatchDamaged));
        List<(long, int)> rows = [];
        using SqliteConnection connection = StoreFile.OpenForReading(Path.Combine(Disk.Folder, "thrum.db"));
        using SqliteCommand all = FileSession.Prepare(connection, "SELECT sequence, identity, body FROM outbox ORDER BY sequence");
        using SqliteDataReader row = all.ExecuteReader();
        while (row.Read())
        {
            int seed = int.Parse(row.GetString(1), CultureInfo.InvariantCulture);
            byte[] body = row.GetFieldValue<byte[]>(2);
            Assert.Equal(Content(seed, body.Length), body);
            rows.Add((row.GetInt64(0), seed));
        }

        Assert.Equal(_outboxRows.Select(entry => (entry.Key, entry.Value)), rows);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Disk.Dispose();
    }

    private async Task StartAsync()
    {
        StoreOptions options = new() { Path = Path.Combine(Disk.Folder, "thrum.db"), Durability = Durability.Journal };
        _store = await LocalStore.OpenAsync(options, _time, new ListLogger<LocalStore>());
        _outbox = await _store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        Journal = await JournalFile.OpenAsync(options, _trimmed, _time, JournalLog);
    }

    private async Task StopAsync()
    {
        await Journal.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static JournalBatch Batch(int seed, int bytes)
    {
        JournalBatch batch = new();
        Span<byte> body = batch.Append(JournalRecordKind.Message, sizeof(int) + bytes);
        BitConverter.TryWriteBytes(body, seed);
        Content(seed, bytes).CopyTo(body[sizeof(int)..]);
        return batch;
    }

    private static byte[] Content(int seed, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }
}
