using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Sink.Store;

/// <summary>
/// The database file on the gateway: what waits for destinations, alarm transitions, score history. What a call stored before it
/// returned survives a crash and a power cut (SQLite in WAL mode, <c>synchronous=FULL</c>). Thread-safe.
/// </summary>
public sealed class LocalStore : IAsyncDisposable
{
    /// <summary>Stands for all openings of the store together.</summary>
    private const long CheckpointedRun = 0;

    /// <summary>How often old history is looked for.</summary>
    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(1);

    /// <summary>Tells what this opening of the store wrote from what earlier ones did.</summary>
    private readonly long _run = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());

    private readonly FileStream _lock;
    private readonly StoreWriter<StoreSession> _writer;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _trimming;
    private bool _isFull;

    private LocalStore(StoreOptions options, FileStream held, StoreWriter<StoreSession> writer, TimeProvider time, ILogger logger)
    {
        Options = options;
        Logger = logger;
        _lock = held;
        _writer = writer;
        _time = time;
        _trimming = Task.Run(TrimAsync);
    }

    /// <summary>The settings it was opened with.</summary>
    public StoreOptions Options { get; }

    /// <summary>True once <see cref="GiveUpAsync"/> was called or the store was closed.</summary>
    internal bool HasGivenUp => _writer.HasGivenUp;

    /// <summary>Why it cannot be written at present, as a sentence; null when it can.</summary>
    public string? Fault => _writer.Fault is { } words ? $"the local store {Options.Path} cannot be written: {words}" : null;

    /// <summary>Bytes that commits have handed to the disk; merging them into the file writes at most as many again.</summary>
    public long WrittenBytes => _writer.WrittenBytes;

    /// <summary>Where faults of the file are told.</summary>
    internal ILogger Logger { get; }

    /// <summary>
    /// Opens the file, or makes it; checks that it is sound and brings an older one to this version. Of a damaged file what can be read is taken over; the
    /// log says what was lost, and the damaged file is kept.
    /// </summary>
    /// <exception cref="StoreException">It is in use, no database, another program's, of a newer version, or cannot be opened.</exception>
    public static Task<LocalStore> OpenAsync(StoreOptions options, TimeProvider time, ILogger<LocalStore> logger) => Task.Run(() =>
    {
        FileStream held = StoreLock.Take(options.Path);
        try
        {
            SqliteConnection connection = StoreFile.OpenOrRescue(options.Path, StoreSchema.Format, time, logger, out int migratedFrom);
            if (migratedFrom >= 0)
            {
                logger.StoreMigrated(options.Path, migratedFrom, StoreSchema.Format.Version);
            }

            logger.StoreOpened(options.Path, StoreSchema.Format.Version);
            StoreWriter<StoreSession> writer = new(
                options.Path, new StoreSession(connection), () => new StoreSession(StoreFile.Open(options.Path, StoreSchema.Format, out _)), time, logger);
            return new LocalStore(options, held, writer, time, logger);
        }
        catch (SqliteException error)
        {
            held.Dispose();
            throw new StoreException($"The local store {options.Path} cannot be used: {error.Message}", error);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    });

    /// <summary>The most recent alarm transitions in a store that another process may have open, newest first.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="limit">At most this many.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public static Task<IReadOnlyList<AlarmTransition>> ReadTransitionsAsync(string path, int limit) => Task.Run(() =>
    {
        try
        {
            using SqliteConnection connection = StoreFile.OpenForReading(path);
            return StorePages.Alarms(connection, new AlarmQuery(limit), CancellationToken.None);
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The local store {path} cannot be read: {error.Message}", error);
        }
    });

    /// <summary>Score history of an axis, oldest first.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="fromUnixNs">First event time wanted, ns since 1970-01-01 UTC.</param>
    /// <param name="toUnixNs">First event time no longer wanted.</param>
    /// <param name="step">Width of the spans answered; below the stored bucket, the buckets come as they are.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<HistoryPoint>> QueryHistoryAsync(
        AxisId axis, long fromUnixNs, long toUnixNs, TimeSpan step, CancellationToken cancellationToken) =>
        ReadAsync(connection => StoreQueries.History(connection, axis, fromUnixNs, toUnixNs, step, cancellationToken), cancellationToken);

    /// <summary>The latest transition of every alarm that ever was: what its state is now.</summary>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public Task<IReadOnlyList<AlarmTransition>> QueryLatestTransitionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(StoreQueries.Latest, cancellationToken);

    /// <summary>
    /// From now on, work that the disk refuses fails with a <see cref="StoreException"/> instead of waiting until the disk takes it; what
    /// waits already fails now. For a gateway that has to end.
    /// </summary>
    public Task GiveUpAsync() => _writer.GiveUpAsync();

    /// <summary>Does what is queued, giving up at once when the disk refuses, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await GiveUpAsync();
        await _trimming;
        await _writer.DisposeAsync();
        await _lock.DisposeAsync();
    }

    /// <summary>The outbox of a destination, with what it kept from earlier runs.</summary>
    internal async ValueTask<Outbox> OpenOutboxAsync(string destination, long maxBytes, CancellationToken cancellationToken)
    {
        OutboxTotals totals = default;
        await _writer.ExecuteAsync(session => totals = session.Outbox.Totals(destination), cancellationToken);
        return new Outbox(_writer, _time, destination, maxBytes, totals);
    }

    /// <summary>
    /// Stores history and transitions, and for every transition the store had not seen a message to each outbox, in one
    /// transaction. The number of transitions that were new is returned.
    /// </summary>
    internal async ValueTask<int> CommitAsync(
        IReadOnlyList<HistoryRow> history, IReadOnlyList<TransitionMessages> transitions, CancellationToken cancellationToken)
    {
        bool[] added = new bool[transitions.Count];
        DateTimeOffset now = _time.GetUtcNow();
        await _writer.ExecuteAsync(
            session =>
            {
                foreach (HistoryRow row in history)
                {
                    session.History.Merge(in row, _run, now);
                }

                for (int i = 0; i < transitions.Count; i++)
                {
                    added[i] = session.History.Add(transitions[i].Transition, now);
                    if (added[i])
                    {
                        transitions[i].Insert(session);
                    }
                }
            },
            cancellationToken);
        int count = 0;
        for (int i = 0; i < added.Length; i++)
        {
            if (added[i])
            {
                await transitions[i].AddedAsync();
                count++;
            }
        }

        return count;
    }

    /// <summary>The states of the last checkpoints, and the sequence up to which no journal record is needed any more.</summary>
    /// <exception cref="StoreException">The store was closed.</exception>
    public async Task<(IReadOnlyList<StoredState> States, long Through)> LoadCheckpointAsync(CancellationToken cancellationToken)
    {
        (IReadOnlyList<StoredState>, long) loaded = ([], 0);
        await _writer.ExecuteAsync(session => loaded = session.Checkpoints.Load(), cancellationToken);
        return loaded;
    }

    /// <summary>Forgets all checkpoints: without a journal they would only grow old.</summary>
    /// <exception cref="StoreException">The store was closed.</exception>
    public async Task ClearCheckpointAsync(CancellationToken cancellationToken) =>
        await _writer.ExecuteAsync(static session => session.Checkpoints.Clear(), cancellationToken);

    /// <summary>Stores states with the history of what they have seen, in one transaction: neither is there without the other.</summary>
    /// <param name="states">They take the place of those before.</param>
    /// <param name="sequence">The journal record that they hold the effect of.</param>
    /// <param name="through">The sequence up to which no shard needs a record any more.</param>
    /// <param name="history">Rows of the shard since its last checkpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal ValueTask CheckpointAsync(
        IReadOnlyList<(AxisId Id, byte[] State)> states, long sequence, long through, IReadOnlyList<HistoryRow> history, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return _writer.ExecuteAsync(
            session =>
            {
                foreach ((AxisId id, byte[] state) in states)
                {
                    session.Checkpoints.Put(id, sequence, state);
                }

                foreach (HistoryRow row in history)
                {
                    // Windows come here once, whatever crashes: no run ever takes the place of another.
                    session.History.Merge(in row, CheckpointedRun, now);
                }

                session.Checkpoints.PutCommon(through);
            },
            cancellationToken);
    }

    /// <summary>Runs work in the writer's transaction.</summary>
    internal ValueTask ExecuteAsync(Action<StoreSession> work, CancellationToken cancellationToken) => _writer.ExecuteAsync(work, cancellationToken);

    /// <summary>Deletes what is past its retention now, all of it.</summary>
    internal async Task TrimOnceAsync(CancellationToken cancellationToken)
    {
        bool more = true;
        long rowsForRoom = 0;
        while (more)
        {
            int forRoom = 0;
            await _writer.ExecuteAsync(session => more = session.Retention.Trim(Options, _time.GetUtcNow(), out forRoom), cancellationToken);
            rowsForRoom += forRoom;
        }

        if (rowsForRoom > 0 && !_isFull)
        {
            Logger.HistoryFull(Options.Path, Options.HistoryBytes, rowsForRoom);
        }

        _isFull = rowsForRoom > 0;

        await _writer.ExecuteAsync(static session => session.Retention.Shrink(), cancellationToken);
    }

    private async Task TrimAsync()
    {
        bool failing = false;
        try
        {
            while (true)
            {
                await Task.Delay(TrimInterval, _time, _stop.Token);
                failing = !await TryTrimAsync(failing);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The store is closing.
        }
    }

    private async ValueTask<bool> TryTrimAsync(bool said)
    {
        try
        {
            await TrimOnceAsync(_stop.Token);
            return true;
        }
        catch (StoreException error)
        {
            if (!said && !_stop.IsCancellationRequested)
            {
                Logger.TrimFailed(Options.Path, error.Message);
            }

            return false;
        }
    }

    /// <summary>Runs a query on a connection of its own.</summary>
    internal Task<T> ReadAsync<T>(Func<SqliteConnection, T> query, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using SqliteConnection connection = StoreFile.OpenForReading(Options.Path);
                return query(connection);
            }
            catch (SqliteException error)
            {
                throw new StoreException($"The local store {Options.Path} cannot be read: {error.Message}", error);
            }
        },
        cancellationToken);
}
