using Microsoft.Data.Sqlite;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class LocalStoreTests : IAsyncLifetime
{
    private TemporaryStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public void Defaults_AreAsDocumented()
    {
        StoreOptions options = new();
        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromDays(14), TimeSpan.FromMinutes(1), 512L << 20, TimeSpan.FromDays(730)),
            (options.HistoryRetention, options.HistoryFineRetention, options.HistoryCoarseBucket, options.HistoryBytes, options.TransitionRetention));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (options.HistoryBucket, options.HistoryFlushInterval));
        Assert.Empty(options.Faults());
    }

    [Fact]
    public void Faults_BadSettings_NamesEach()
    {
        StoreOptions options = new() { Path = " ", HistoryBytes = 5, HistoryBucket = TimeSpan.Zero };
        Assert.Equal(
            [
                "Path is empty, expected the path of the database file",
                "HistoryBucket is 00:00:00, expected 00:00:00.001 to 1.00:00:00",
                "HistoryBytes is 5, expected at least 1048576",
            ],
            options.Faults());
    }

    [Fact]
    public void Faults_RetentionBeyondTheCalendar_IsRefused()
    {
        TimeSpan million = TimeSpan.FromDays(1_000_000);
        Assert.Equal(
            [
                "HistoryRetention is 1000000.00:00:00, expected 00:00:00.001 to 36500.00:00:00",
                "TransitionRetention is 1000000.00:00:00, expected 00:00:00.001 to 36500.00:00:00",
            ],
            new StoreOptions { HistoryRetention = million, TransitionRetention = million }.Faults());
    }

    [Fact]
    public async Task Open_TextFile_SaysItIsNoDatabase()
    {
        string path = _store.Options.Path + ".txt";
        await File.WriteAllTextAsync(path, new string('x', 5000));
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path));
        Assert.Contains($"{path} is not a database", error.Message, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Open_OtherProgramsDatabase_Refuses()
    {
        string path = _store.Options.Path + ".other";
        Change(path, "CREATE TABLE theirs (x)");
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path));
        Assert.Contains("a database of another program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerVersion_Refuses()
    {
        await _store.Store.DisposeAsync();
        Change(_store.Options.Path, "PRAGMA user_version=99");
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_store.Options.Path));
        Assert.Contains(FormattableString.Invariant($"has version 99, made by a newer Thrum; this one reads up to {StoreSchema.Format.Version}"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_VersionWithoutTheIndexOfRules_AddsIt()
    {
        await _store.Store.CommitAsync([], [new TransitionMessages(Given.Transition(), [])], CancellationToken.None);
        await _store.Store.DisposeAsync();
        Change(_store.Options.Path, "DROP INDEX alarm_transition_rule; PRAGMA user_version=7");
        await _store.ReopenAsync();

        Assert.Equal(1, _store.Log.CountOf(EventIds.StoreMigrated));
        Assert.Single(await new StorePages(_store.Store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None));
        await _store.Store.ExecuteAsync(session => session.Execute("DROP INDEX alarm_transition_rule"), CancellationToken.None);
    }

    [Fact]
    public async Task Open_NoFolder_SaysWhatToCheck()
    {
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync("/nowhere/at/all.db"));
        Assert.Contains("does its folder exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_InUse_RefusesUntilItIsClosed()
    {
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_store.Options.Path));
        Assert.Contains($"{_store.Options.Path} is in use by another Thrum", error.Message, StringComparison.Ordinal);
        await _store.ReopenAsync();
    }

    [Fact]
    public async Task Open_Fails_ReleasesTheFile()
    {
        string path = _store.Options.Path + ".txt";
        await File.WriteAllTextAsync(path, new string('x', 5000));
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path));
        File.Delete(path);
        await (await OpenAsync(path)).DisposeAsync();
    }

    [Fact]
    public async Task Open_Pragmas_AreDurable()
    {
        string journal = "", synchronous = "";
        await _store.Store.ExecuteAsync(session =>
        {
            journal = session.Pragma("journal_mode");
            synchronous = session.Pragma("synchronous");
        }, TestContext.Current.CancellationToken);
        Assert.Equal(("wal", "2"), (journal, synchronous));
    }

    [Fact]
    public async Task Execute_OneFaultyPiece_FailsAloneAndSpoilsNoOther()
    {
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        Task[] work =
        [
            .. Enumerable.Range(0, 20).Select(i => i == 10
                ? _store.Store.ExecuteAsync(session => session.Execute("INSERT INTO nowhere VALUES (1)"), CancellationToken.None).AsTask()
                : outbox.AppendAsync(new OutboxBody(new byte[1], 1, ""), CancellationToken.None).AsTask()),
        ];
        await Assert.ThrowsAsync<StoreException>(() => Task.WhenAll(work));
        Assert.Equal(19, work.Count(task => task.IsCompletedSuccessfully));
        await _store.ReopenAsync();
        Assert.Equal(19, (await _store.Store.OpenOutboxAsync("d", 1, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task Execute_WorkThatThrows_FailsAloneAndIsRolledBack()
    {
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        OutboxBody body = new(new byte[1], 1, "");
        Task[] work =
        [
            .. Enumerable.Range(0, 20).Select(i => i == 10
                ? _store.Store.ExecuteAsync(
                    session =>
                    {
                        outbox.Insert(session, 1000, body);
                        throw new InvalidOperationException("a fault of the program");
                    },
                    CancellationToken.None).AsTask()
                : outbox.AppendAsync(body, CancellationToken.None).AsTask()),
        ];
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => Task.WhenAll(work).InTime());
        Assert.Contains("a fault of the program", error.Message, StringComparison.Ordinal);
        await _store.ReopenAsync();
        Assert.Equal(19, (await _store.Store.OpenOutboxAsync("d", 1, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task Execute_DiskFull_IsReopenedAndTriedAgain()
    {
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        // SQLITE_FULL: no page may be added on this connection. The one opened anew has no such limit.
        await _store.Store.ExecuteAsync(session => session.Pragma("max_page_count=1"), CancellationToken.None);
        Task append = outbox.AppendAsync(new OutboxBody(new byte[100_000], 1, ""), CancellationToken.None).AsTask();
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        Assert.False(append.IsCompleted);
        Assert.Equal(1, _store.Log.CountOf(EventIds.StoreFailing));
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await append.InTime();
        Assert.Equal(1, _store.Log.CountOf(EventIds.StoreRecovered));
        Assert.Equal(1, outbox.Rows);
        Assert.NotNull(await outbox.PeekAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Dispose_WhileDiskRefuses_FailsTheWaitingWork()
    {
        await _store.Store.ExecuteAsync(session => session.Pragma("max_page_count=1"), CancellationToken.None);
        Outbox outbox = await _store.Store.OpenOutboxAsync("d", long.MaxValue, CancellationToken.None);
        Task append = outbox.AppendAsync(new OutboxBody(new byte[100_000], 1, ""), CancellationToken.None).AsTask();
        await _store.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        await _store.Store.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(() => append);
    }

    [Fact]
    public async Task Dispose_TrimWaitsWhileDiskRefuses_Ends()
    {
        await _store.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1)).InTime();
        Task refused = await _store.BreakAsync();
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        await _store.Store.DisposeAsync().InTime();
        await Assert.ThrowsAsync<StoreException>(() => refused);
    }

    [Fact]
    public async Task GiveUp_WhileDiskRefuses_FailsWhatWaitsAndWhatComes()
    {
        Task refused = await _store.BreakAsync();
        await _store.Store.GiveUpAsync();
        await Assert.ThrowsAsync<StoreException>(() => refused);
        await Assert.ThrowsAsync<StoreException>(() => _store.Store.ExecuteAsync(static _ => { }, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task GiveUp_DiskTakesWork_GoesOn()
    {
        await _store.Store.GiveUpAsync();
        await _store.Store.ExecuteAsync(static _ => { }, CancellationToken.None);
    }

    private Task<LocalStore> OpenAsync(string path) => LocalStore.OpenAsync(_store.Options with { Path = path }, _store.Time, _store.Log);

    private static void Change(string path, string sql)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        StoreFile.Execute(connection, sql);
    }
}
