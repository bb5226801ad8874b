using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Store;

/// <summary>
/// The one task that writes the database. It commits whatever is queued as soon as the last commit returned. When the disk
/// refuses, the file is closed, opened and checked anew before the same work is tried again, until it succeeds or the store
/// is closed: callers wait meanwhile, and nothing is dropped. Work that throws is rolled back and fails alone.
/// </summary>
/// <typeparam name="TSession">The file's session, with its statements.</typeparam>
internal sealed class StoreWriter<TSession> : IAsyncDisposable
    where TSession : FileSession
{
    private const int QueueCapacity = 256;

    /// <summary>SQLite's primary result codes that are the work's own fault: ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE.</summary>
    private static readonly int[] FaultsOfTheWork = [1, 18, 19, 20, 21, 25];

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long work may still take that was cancelled; a disk that does not refuse commits far sooner.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Channel<StoreOperation<TSession>> _queue =
        Channel.CreateBounded<StoreOperation<TSession>>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _loop;
    /// <summary>Tells this writer's commits from those of others before it.</summary>
    private readonly long _id = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());

    private readonly Func<TSession> _reopen;
    private TSession? _session;
    private StoreOperation<TSession>[] _inDoubt = [];
    private long _commits;
    private long _writtenBytes;
    private long _failingSince;
    private string? _fault;

    /// <param name="path">The file, for messages.</param>
    /// <param name="session">The session at the start; the writer owns it.</param>
    /// <param name="reopen">Opens and checks the file anew.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Where faults of the file are told.</param>
    public StoreWriter(string path, TSession session, Func<TSession> reopen, TimeProvider time, ILogger logger)
    {
        _path = path;
        _session = session;
        _reopen = reopen;
        _time = time;
        _logger = logger;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Runs the work in a transaction and returns when it is committed. Cancelling gives it <see cref="Grace"/> more and then ends the
    /// wait, so that work under way is still accounted for unless the disk refuses; it may be done later all the same.
    /// </summary>
    /// <exception cref="StoreException">The work is at fault, or the store gave up or was closed before it could be done.</exception>
    public async ValueTask ExecuteAsync(Action<TSession> work, CancellationToken cancellationToken)
    {
        Task committed = CommittedAsync(new StoreOperation<TSession>(work));
        try
        {
            await committed.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await GraceAsync(committed, cancellationToken);
        }
    }

    /// <summary>What the disk refuses with, while it does; null when all is well.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Bytes that commits have handed to the write-ahead log.</summary>
    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    /// <summary>True once work that the disk refuses fails.</summary>
    public bool HasGivenUp => _stop.IsCancellationRequested;

    /// <summary>From now on, work that the disk refuses fails instead of waiting until the disk takes it.</summary>
    public Task GiveUpAsync() => _stop.CancelAsync();

    /// <summary>Does what is queued (giving up at once when the disk refuses) and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await GiveUpAsync();
        await _loop;
        CloseSession();
    }

    private async Task CommittedAsync(StoreOperation<TSession> operation)
    {
        try
        {
            await _queue.Writer.WriteAsync(operation, CancellationToken.None);
        }
        catch (ChannelClosedException error)
        {
            throw error.InnerException as StoreException ?? new StoreException($"The local store {_path} is closed.", error);
        }

        await operation.Done;
    }

    private async Task GraceAsync(Task committed, CancellationToken cancellationToken)
    {
        try
        {
            await committed.WaitAsync(Grace, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // Nobody waits for it any more, so nobody else looks at its error.
            _ = committed.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new OperationCanceledException(cancellationToken);
        }
    }

#pragma warning disable CA1031 // Whatever ends the loop, nobody may wait for a writer that is gone.
    private async Task RunAsync()
    {
        List<StoreOperation<TSession>> group = new(QueueCapacity);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
            {
                TakeQueued(group);
                await CommitAsync(group);
            }
        }
        catch (Exception error)
        {
            _logger.StoreWriterEnded(error, _path);
            StoreException ended = new($"The local store {_path} is no longer written: {error.Message}", error);
            _queue.Writer.TryComplete(ended);
            while (_queue.Reader.TryRead(out StoreOperation<TSession>? operation))
            {
                group.Add(operation);
            }

            FailAll(group, ended);
        }
    }

    private void TakeQueued(List<StoreOperation<TSession>> group)
    {
        while (group.Count < QueueCapacity && _queue.Reader.TryRead(out StoreOperation<TSession>? operation))
        {
            group.Add(operation);
        }
    }

    /// <summary>
    /// Commits the work together. Once the disk refused, piece by piece, with what was queued meanwhile: deleting may succeed where adding finds no
    /// room, and makes room for it.
    /// </summary>
    private async Task CommitAsync(List<StoreOperation<TSession>> group)
    {
        Attempt([.. group], group);
        while (group.Count > 0)
        {
            if (!await WaitAsync())
            {
                FailAll(group, new StoreException($"The local store {_path} was closed while the disk refused: {_fault}"));
                group.Clear();
                return;
            }

            TakeQueued(group);
            foreach (StoreOperation<TSession> operation in group.ToArray())
            {
                Attempt([operation], group);
            }
        }

        EndEpisode();
    }

    /// <summary>Tries to commit work together; what is done, or fails by its own fault, leaves the group.</summary>
    private void Attempt(IReadOnlyList<StoreOperation<TSession>> work, List<StoreOperation<TSession>> group)
    {
        try
        {
            Open(group);
            work = [.. work.Where(group.Contains)];
            if (work.Count > 0)
            {
                Transact(_session!, work);
                Succeeded(work, group);
            }
        }
        catch (Exception error) when (IsFaultOfTheWork(error))
        {
            Failed(work, group, error);
        }
        catch (Exception error)
        {
            BeginEpisode(error);
            CloseSession();
        }
    }
#pragma warning restore CA1031

    /// <summary>Everything but an error of the disk, which SQLite tells by other codes and the opening of the file by a <see cref="StoreException"/>.</summary>
    private static bool IsFaultOfTheWork(Exception error) =>
        error is SqliteException sqlite ? FaultsOfTheWork.Contains(sqlite.SqliteErrorCode) : error is not StoreException;

    /// <summary>
    /// Opens the file when it is closed. A commit that failed may have reached the disk all the same: its work is then done and must not be done
    /// twice.
    /// </summary>
    private void Open(List<StoreOperation<TSession>> group)
    {
        if (_session is not null)
        {
            return;
        }

        _session = _reopen();
        if (_inDoubt.Length > 0 && _session.HasCommitted(_id, _commits))
        {
            Succeeded(_inDoubt, group);
        }

        _inDoubt = [];
    }

    private void Transact(TSession session, IReadOnlyList<StoreOperation<TSession>> work)
    {
        session.Begin();
        try
        {
            foreach (StoreOperation<TSession> operation in work)
            {
                operation.Run(session);
            }

            session.Mark(_id, ++_commits);
            _inDoubt = [.. work];
            CrashPoints.Pass(session.BeforeCommit);
            session.Commit();
            CrashPoints.Pass(session.AfterCommit);
            _inDoubt = [];
            Volatile.Write(ref _writtenBytes, _writtenBytes + session.TakeWrittenBytes());
        }
        catch (Exception error) when (IsFaultOfTheWork(error))
        {
            _inDoubt = [];
            RollBack(session);
            throw;
        }
    }

    private void RollBack(TSession session)
    {
        try
        {
            session.Rollback();
        }
        catch (SqliteException)
        {
            // The transaction ends with its connection; the next work opens another.
            CloseSession();
        }
    }

    private void CloseSession()
    {
        TSession? session = _session;
        _session = null;
        try
        {
            session?.Dispose();
        }
        catch (SqliteException)
        {
            // The connection is of no use any more; the error that led here is the one that was told.
        }
    }

    private static void Succeeded(IReadOnlyList<StoreOperation<TSession>> work, List<StoreOperation<TSession>> group)
    {
        foreach (StoreOperation<TSession> operation in work)
        {
            group.Remove(operation);
            operation.Succeeded();
        }
    }

    /// <summary>One piece of work cannot be done: each is tried alone, and only the faulty one fails.</summary>
    private void Failed(IReadOnlyList<StoreOperation<TSession>> work, List<StoreOperation<TSession>> group, Exception error)
    {
        if (work.Count == 1)
        {
            group.Remove(work[0]);
            work[0].Failed(new StoreException($"The local store {_path} refused a write: {error.Message}", error));
            return;
        }

        foreach (StoreOperation<TSession> operation in work)
        {
            Attempt([operation], group);
        }
    }

    private static void FailAll(IReadOnlyList<StoreOperation<TSession>> group, StoreException error)
    {
        foreach (StoreOperation<TSession> operation in group)
        {
            operation.Failed(error);
        }
    }

    private async Task<bool> WaitAsync()
    {
        try
        {
            await Task.Delay(RetryInterval, _time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void BeginEpisode(Exception error)
    {
        bool isNew = _fault is null;
        Volatile.Write(ref _fault, error.Message);
        if (isNew)
        {
            _failingSince = _time.GetTimestamp();
            _logger.StoreFailing(_path, error.Message);
        }
    }

    private void EndEpisode()
    {
        if (_fault is not null)
        {
            Volatile.Write(ref _fault, null);
            _logger.StoreRecovered(_path, _time.GetElapsedTime(_failingSince).TotalSeconds);
        }
    }
}
