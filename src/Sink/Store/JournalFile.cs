using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Durability;
using Thrum.Sink.Http;

namespace Thrum.Sink.Store;

/// <summary>
/// The journal in a SQLite file of its own beside the local store (WAL, <c>synchronous=FULL</c>), so that its commits wait for no others and its bulk
/// stays out of the store's file. It is bounded by <see cref="StoreOptions.JournalBytes"/>.
/// </summary>
public sealed class JournalFile : IJournal, IAsyncDisposable
{
    /// <summary>Batches deleted in one transaction, so that none is long.</summary>
    private const int TrimPiece = 64;

    private readonly string _path;
    private readonly long _maxBytes;
    private readonly StoreWriter<JournalSession> _writer;
    private readonly ILogger _logger;
    private readonly AsyncSignal _room = new();
    private long _last;
    private long _bytes;
    private long _released;
    private bool _isFull;

    private JournalFile(StoreOptions options, long last, long bytes, StoreWriter<JournalSession> writer, ILogger logger)
    {
        _path = options.JournalPath;
        _maxBytes = options.JournalBytes;
        (_last, _bytes) = (last, bytes);
        _writer = writer;
        _logger = logger;
    }

    /// <inheritdoc/>
    public long LastSequence => Volatile.Read(ref _last);

    /// <inheritdoc/>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that commits have handed to the disk; merging them into the file writes at most as many again.</summary>
    public long WrittenBytes => _writer.WrittenBytes;

    /// <inheritdoc/>
    public string? Fault => _writer.Fault is { } words
        ? $"the journal {_path} cannot be written: {words}"
        : Volatile.Read(ref _isFull)
            ? FormattableString.Invariant($"the journal {_path} is full ({Bytes} of {_maxBytes} bytes, Store:JournalBytes): it waits for destinations to take what came before")
            : null;

    /// <summary>Opens the journal of a store that is open, or makes it.</summary>
    /// <param name="options">Where it is and how large it may get.</param>
    /// <param name="through">The newest record that the store knows of; sequences go on behind it.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Where faults of the file are told.</param>
    /// <exception cref="StoreException">It is no journal, of a newer version, or cannot be opened.</exception>
    public static Task<JournalFile> OpenAsync(StoreOptions options, long through, TimeProvider time, ILogger<JournalFile> logger) => Task.Run(() =>
    {
        try
        {
            JournalSession session = new(StoreFile.OpenOrRescue(options.JournalPath, JournalSchema.Format, time, logger, out _));
            (long last, long bytes) = session.Totals();
            StoreWriter<JournalSession> writer = new(options.JournalPath, session, () => Open(options.JournalPath), time, logger);
            logger.JournalOpened(options.JournalPath, bytes, last);
            return new JournalFile(options, Math.Max(last, through), bytes, writer, logger);
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The journal {options.JournalPath} cannot be used: {error.Message}", error);
        }
    });

    /// <inheritdoc/>
    public async ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        await WaitForRoomAsync(batch.ByteCount, cancellationToken);
        batch.FirstSequence = _last + 1;
        await _writer.ExecuteAsync(session => session.Append(batch), cancellationToken);
        Volatile.Write(ref _last, batch.LastSequence);
        Interlocked.Add(ref _bytes, batch.ByteCount);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReadAsync(long after, JournalBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            long last = 0;
            bool isSound = true;
            await _writer.ExecuteAsync(session => last = session.Read(after, batch, out isSound), cancellationToken);
            if (isSound)
            {
                return last > 0;
            }

            _logger.JournalBatchDamaged(_path, after + 1, last);
            after = last;
        }
    }

    /// <inheritdoc/>
    public async ValueTask TrimAsync(long through, bool atOnce, CancellationToken cancellationToken)
    {
        long before = Interlocked.Exchange(ref _released, through);
        // Whoever waits for room may delete the rest.
        _room.Set();
        await DeleteAsync(atOnce ? through : before, cancellationToken);
        await _writer.ExecuteAsync(static session => session.Shrink(), cancellationToken);
    }

    /// <summary>From now on, work that the disk refuses fails instead of waiting until the disk takes it.</summary>
    public Task GiveUpAsync() => _writer.GiveUpAsync();

    /// <summary>Does what is queued, giving up at once when the disk refuses, and closes the file.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>Runs work in the writer's transaction: for tests.</summary>
    internal ValueTask ExecuteAsync(Action<JournalSession> work, CancellationToken cancellationToken) => _writer.ExecuteAsync(work, cancellationToken);

    private async ValueTask DeleteAsync(long through, CancellationToken cancellationToken)
    {
        (long Batches, long Bytes) deleted = (TrimPiece, 0);
        while (deleted.Batches == TrimPiece)
        {
            await _writer.ExecuteAsync(session => deleted = session.Trim(through, TrimPiece), cancellationToken);
            Interlocked.Add(ref _bytes, -deleted.Bytes);
        }
    }

    private static JournalSession Open(string path) => new(StoreFile.Open(path, JournalSchema.Format, out _));

    private async ValueTask WaitForRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        long tried = 0;
        while (Bytes > 0 && Bytes + bytes > _maxBytes)
        {
            long released = Volatile.Read(ref _released);
            if (released > tried)
            {
                await DeleteAsync(released, cancellationToken);
                tried = released;
                continue;
            }

            if (!_isFull)
            {
                Volatile.Write(ref _isFull, true);
                _logger.JournalFull(_path, _maxBytes);
            }

            await _room.WaitAsync(cancellationToken);
        }

        if (_isFull)
        {
            Volatile.Write(ref _isFull, false);
            _logger.JournalHasRoom(_path);
        }
    }
}
