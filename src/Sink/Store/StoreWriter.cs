using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Thrum.Sink.Store;

/// <summary>
/// The one task that writes the database. It commits whatever is queued as soon as the last commit returned. When the disk
/// refuses, the file is closed, opened and checked anew before the same work is tried again, until it succeeds or the store
/// is closed: callers wait meanwhile, and nothing is dropped.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int QueueCapacity = 256;

    /// <summary>SQLite's primary result codes that are the work's own fault: ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE.</summary>
    private static readonly int[] FaultsOfTheWork = [1, 18, 19, 20, 21, 25];

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

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

    /// <summary>Runs the work in a transaction and returns when it is committed. Cancelling ends the wait for a place in the queue only.</summary>
    /// <exception cref="StoreException">The store was closed before the work could be done.</exception>
    public async ValueTask ExecuteAsync(Action<StoreSession> work, CancellationToken cancellationToken)
    {
        StoreOperation operation = new(work);
        try
        {
            await _queue.Writer.WriteAsync(operation, cancellationToken);
        }
        catch (ChannelClosedException error)
        {
            throw new StoreException($"The local store {_path} is closed.", error);
        }

        await operation.Done;
    }

    /// <summary>Does what is queued (giving up at once when the disk refuses) and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _loop;
        _session?.Dispose();
    }

    private async Task RunAsync()
    {
        List<StoreOperation> group = new(QueueCapacity);
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

    private async Task CommitAsync(IReadOnlyList<StoreOperation> group)
    {
        while (true)
        {
            try
            {
                Transact(group);
                break;
            }
            catch (SqliteException error) when (FaultsOfTheWork.Contains(error.SqliteErrorCode))
            {
                await FailedAsync(group, error);
                return;
            }
            catch (Exception error) when (error is SqliteException or StoreException)
            {
                BeginEpisode(error);
                _session?.Dispose();
                _session = null;
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
        catch (SqliteException error) when (FaultsOfTheWork.Contains(error.SqliteErrorCode))
        {
            _session.Rollback();
            throw;
        }
    }

    /// <summary>One piece of work cannot be done: each is tried alone, and only the faulty one fails.</summary>
    private async Task FailedAsync(IReadOnlyList<StoreOperation> group, SqliteException error)
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
