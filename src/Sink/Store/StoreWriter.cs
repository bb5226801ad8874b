using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Thrum.Sink.Store;

/// <summary>
/// The one task that writes the database. It commits whatever is queued as soon as the last commit returned. When the disk
/// refuses, the file is closed, opened and checked anew before the same work is tried again, until it succeeds or the store
/// is closed: callers wait meanwhile, and nothing is dropped. Work that throws is rolled back and fails alone.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int QueueCapacity = 256;

    /// <summary>SQLite's primary result codes that are the work's own fault: ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE.</summary>
    private static readonly int[] FaultsOfTheWork = [1, 18, 19, 20, 21, 25];

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long work may still take that was cancelled; a disk that does not refuse commits far sooner.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Channel<StoreOperation> _queue =
        Channel.CreateBounded<StoreOperation>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private StoreSession? _session;
    private long _failingSince;
    private bool _failing;

    public StoreWriter(string path, StoreSession session, TimeProvider time, ILogger logger)
    {
        _path = path;
        _session = session;
        _time = time;
        _logger = logger;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Runs the work in a transaction and returns when it is committed. Cancelling gives it <see cref="Grace"/> more and then ends the
    /// wait, so that work under way is still accounted for unless the disk refuses; it may be done later all the same.
    /// </summary>
    /// <exception cref="StoreException">The work is at fault, or the store gave up or was closed before it could be done.</exception>
    public async ValueTask ExecuteAsync(Action<StoreSession> work, CancellationToken cancellationToken)
    {
        Task committed = CommittedAsync(new StoreOperation(work));
        try
        {
            await committed.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await GraceAsync(committed, cancellationToken);
        }
    }

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

    private async Task CommittedAsync(StoreOperation operation)
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
        List<StoreOperation> group = new(QueueCapacity);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
            {
                group.Clear();
                while (group.Count < QueueCapacity && _queue.Reader.TryRead(out StoreOperation? operation))
                {
                    group.Add(operation);
                }

                await CommitAsync(group);
            }
        }
        catch (Exception error)
        {
            _logger.StoreWriterEnded(error, _path);
            StoreException ended = new($"The local store {_path} is no longer written: {error.Message}", error);
            _queue.Writer.TryComplete(ended);
            while (_queue.Reader.TryRead(out StoreOperation? operation))
            {
                group.Add(operation);
            }

            FailAll(group, ended);
        }
    }

    private async Task CommitAsync(IReadOnlyList<StoreOperation> group)
    {
        while (true)
        {
            try
            {
                Transact(group);
                break;
            }
            catch (Exception error) when (IsFaultOfTheWork(error))
            {
                await FailedAsync(group, error);
                return;
            }
            catch (Exception error)
            {
                BeginEpisode(error);
                CloseSession();
                if (!await WaitAsync())
                {
                    StoreException closed = new($"The local store {_path} was closed while the disk refused: {error.Message}", error);
                    FailAll(group, closed);
                    return;
                }
            }
        }

        EndEpisode();
        foreach (StoreOperation operation in group)
        {
            operation.Succeeded();
        }
    }
#pragma warning restore CA1031

    /// <summary>Everything but an error of the disk, which SQLite tells by other codes and the opening of the file by a <see cref="StoreException"/>.</summary>
    private static bool IsFaultOfTheWork(Exception error) =>
        error is SqliteException sqlite ? FaultsOfTheWork.Contains(sqlite.SqliteErrorCode) : error is not StoreException;

    private void Transact(IReadOnlyList<StoreOperation> group)
    {
        _session ??= new StoreSession(StoreFile.Open(_path, out _));
        _session.Begin();
        try
        {
            foreach (StoreOperation operation in group)
            {
                operation.Run(_session);
            }

            _session.Commit();
        }
        catch (Exception error) when (IsFaultOfTheWork(error))
        {
            RollBack(_session);
            throw;
        }
    }

    private void RollBack(StoreSession session)
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
        StoreSession? session = _session;
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

    /// <summary>One piece of work cannot be done: each is tried alone, and only the faulty one fails.</summary>
    private async Task FailedAsync(IReadOnlyList<StoreOperation> group, Exception error)
    {
        if (group.Count == 1)
        {
            group[0].Failed(new StoreException($"The local store {_path} refused a write: {error.Message}", error));
            return;
        }

        foreach (StoreOperation operation in group)
        {
            await CommitAsync([operation]);
        }
    }

    private static void FailAll(IReadOnlyList<StoreOperation> group, StoreException error)
    {
        foreach (StoreOperation operation in group)
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
        if (!_failing)
        {
            _failing = true;
            _failingSince = _time.GetTimestamp();
            _logger.StoreFailing(_path, error.Message);
        }
    }

    private void EndEpisode()
    {
        if (_failing)
        {
            _failing = false;
            _logger.StoreRecovered(_path, _time.GetElapsedTime(_failingSince).TotalSeconds);
        }
    }
}
