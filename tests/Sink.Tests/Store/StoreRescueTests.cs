using Thrum.Detector.Durability;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

/// <summary>At the start, a damaged file costs what is damaged, and says so.</summary>
public sealed class StoreRescueTests : IAsyncLifetime
{
    private const int Rows = 50, PageBytes = 4096;

    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TemporaryStore.OpenAsync(new StoreOptions { Durability = Durability.Journal });
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        for (int i = 0; i < Rows; i++)
        {
            await outbox.AppendAsync(new OutboxBody(Body(i), 1, ""), CancellationToken.None);
        }

        await _store.Store.CommitAsync([], [new TransitionMessages(Given.Transition(), [])], CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Open_OneDamagedPage_LosesItsRowsOnlyAndSaysSo()
    {
        await _store.Store.DisposeAsync();
        await OverwritePageOfAsync(Body(20));
        await _store.ReopenAsync();

        List<byte> left = [];
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        while (await outbox.PeekAsync(CancellationToken.None) is { } row)
        {
            Assert.Equal(Body(row.Body[0]), row.Body);
            left.Add(row.Body[0]);
            await outbox.RemoveAsync(row, CancellationToken.None);
        }

        Assert.Equal(left.Order(), left);
        Assert.DoesNotContain((byte)20, left);
        Assert.InRange(left.Count, Rows - 3, Rows - 1);
        Assert.Single(await new StorePages(_store.Store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None));
        string said = Assert.Single(_store.Log.Entries, entry => entry.Event == EventIds.StoreRescued).Text;
        Assert.Contains($"rows were lost of outbox ({left.Count} rows were kept)", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_store.Options.Path)!, "*.damaged-*"))));

        await _store.ReopenAsync();
        Assert.Equal(1, _store.Log.CountOf(EventIds.StoreRescued));
    }

    [Fact]
    public async Task Open_EverythingBehindTheFirstPageDamaged_BeginsAnewAndSaysSo()
    {
        await _store.Store.DisposeAsync();
        await using (FileStream file = File.OpenWrite(_store.Options.Path))
        {
            file.Position = PageBytes;
            file.Write(new byte[file.Length - PageBytes]);
        }

        await _store.ReopenAsync();
        Assert.Equal(0, (await _store.Store.OpenOutboxAsync("d", 1, CancellationToken.None)).Rows);
        Assert.Equal(1, _store.Log.CountOf(EventIds.StoreRescued));
    }

    [Fact]
    public async Task Open_JournalWithADamagedPage_KeepsTheOtherBatchesAndTheirSequences()
    {
        ListLogger<JournalFile> log = new();
        await using (JournalFile journal = await JournalFile.OpenAsync(_store.Options, 0, _store.Time, log))
        {
            for (int i = 0; i < 8; i++)
            {
                JournalBatch batch = new();
                Body(i, 16_000).CopyTo(batch.Append(JournalRecordKind.Message, 16_000));
                await journal.AppendAsync(batch, CancellationToken.None);
            }
        }

        await OverwritePageOfAsync(Body(3, 16_000)[..64], _store.Options.JournalPath, 16_384);
        await using JournalFile again = await JournalFile.OpenAsync(_store.Options, 0, _store.Time, log);
        List<long> sequences = [];
        JournalBatch read = new();
        for (long after = 0; await again.ReadAsync(after, read, CancellationToken.None); after = read.LastSequence)
        {
            sequences.Add(read.FirstSequence);
        }

        Assert.Equal(8, again.LastSequence);
        Assert.DoesNotContain(4L, sequences);
        Assert.InRange(sequences.Count, 5, 7);
        Assert.True(log.CountOf(EventIds.StoreRescued) + log.CountOf(EventIds.JournalBatchDamaged) > 0);
    }

    [Fact]
    public async Task Open_OlderVersionDamaged_IsRescuedAndMigrated()
    {
        await _store.Store.ExecuteAsync(
            session =>
            {
                session.Execute("DROP TABLE score_history_coarse");
                session.Execute("PRAGMA user_version=4");
            },
            CancellationToken.None);
        await _store.Store.DisposeAsync();
        await OverwritePageOfAsync(Body(20));
        await _store.ReopenAsync();
        Assert.Equal((1, 1), (_store.Log.CountOf(EventIds.StoreRescued), _store.Log.CountOf(EventIds.StoreMigrated)));
        await _store.Store.TrimOnceAsync(CancellationToken.None);
    }

    /// <summary>A page's worth that tells its number.</summary>
    private static byte[] Body(int i, int bytes = 3000)
    {
        byte[] body = new byte[bytes];
        Array.Fill(body, (byte)i);
        return body;
    }

    private Task OverwritePageOfAsync(byte[] content) => OverwritePageOfAsync(content[..500], _store.Options.Path, PageBytes);

    private static async Task OverwritePageOfAsync(byte[] content, string path, int pageBytes)
    {
        byte[] file = await File.ReadAllBytesAsync(path);
        int at = file.AsSpan().IndexOf(content);
        Assert.True(at > pageBytes, "the content is in the file");
        file.AsSpan(at / pageBytes * pageBytes, pageBytes).Fill(0xA5);
        await File.WriteAllBytesAsync(path, file);
    }
}
