namespace Thrum.Sink.Store;

/// <summary>
/// What waits on disk for one destination, oldest first. Counts follow what is committed. Calls that add come from one task at a
/// time, calls that remove from one task at a time.
/// </summary>
internal sealed class Outbox
{
    private readonly StoreWriter<StoreSession> _writer;
    private readonly TimeProvider _time;
    private readonly string _destination;
    private readonly long _maxBytes;
    private long _rows;
    private long _points;
    private long _bytes;
    private long _last;

    public Outbox(StoreWriter<StoreSession> writer, TimeProvider time, string destination, long maxBytes, OutboxTotals totals)
    {
        _writer = writer;
        _time = time;
        _destination = destination;
        _maxBytes = maxBytes;
        (_rows, _points, _bytes, _, _last) = totals;
    }

    /// <summary>Rows waiting.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Points in them.</summary>
    public long Points => Volatile.Read(ref _points);

    /// <summary>Bytes in them.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>False when one more body would pass the bound on bytes; the first is always taken.</summary>
    public bool HasRoom(int bytes) => Rows == 0 || Bytes + bytes <= _maxBytes;

    /// <summary>Puts a body behind all others; the caller looks at the bound.</summary>
    public async ValueTask AppendAsync(OutboxBody body, CancellationToken cancellationToken)
    {
        long sequence = NextSequence();
        await _writer.ExecuteAsync(session => Insert(session, sequence, body), cancellationToken);
        Added(body);
    }

    /// <summary>Puts bodies at their places, whatever the bound, and in the place of copies: for what memory still holds at shutdown.</summary>
    public async ValueTask KeepAsync(IReadOnlyList<(long Sequence, OutboxBody Body)> bodies, CancellationToken cancellationToken)
    {
        await CopyAsync(bodies, cancellationToken);
        foreach ((_, OutboxBody body) in bodies)
        {
            Added(body);
        }
    }

    /// <summary>Puts copies of bodies that are still in memory at their places; they are not counted.</summary>
    public ValueTask CopyAsync(IReadOnlyList<(long Sequence, OutboxBody Body)> bodies, CancellationToken cancellationToken) => _writer.ExecuteAsync(
        session =>
        {
            foreach ((long sequence, OutboxBody body) in bodies)
            {
                Insert(session, sequence, in body);
            }
        },
        cancellationToken);

    /// <summary>Removes a copy, where there is one.</summary>
    public ValueTask RemoveCopyAsync(long sequence, CancellationToken cancellationToken) =>
        _writer.ExecuteAsync(session => session.Outbox.Remove(_destination, sequence), cancellationToken);

    /// <summary>The oldest row, or null.</summary>
    public ValueTask<OutboxRow?> PeekAsync(CancellationToken cancellationToken) => PeekAsync(null, cancellationToken);

    /// <summary>The oldest row but the copy of a body that is still in memory, or null.</summary>
    public async ValueTask<OutboxRow?> PeekAsync(long? copyOf, CancellationToken cancellationToken)
    {
        OutboxRow? row = null;
        await _writer.ExecuteAsync(session => row = session.Outbox.Peek(_destination, copyOf ?? -1), cancellationToken);
        return row;
    }

    /// <summary>Removes a row that was delivered or given up.</summary>
    public async ValueTask RemoveAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        await _writer.ExecuteAsync(session => session.Outbox.Remove(_destination, row.Sequence), cancellationToken);
        Interlocked.Decrement(ref _rows);
        Interlocked.Add(ref _points, -row.Points);
        Interlocked.Add(ref _bytes, -row.Body.Length);
    }

    /// <summary>Drops the oldest rows but the very first, which may be under way; the result is how many.</summary>
    public async ValueTask<long> DropOldestAsync(long rows)
    {
        OutboxTotals before = default;
        OutboxTotals after = default;
        await _writer.ExecuteAsync(
            session =>
            {
                before = session.Outbox.Totals(_destination);
                session.Outbox.DropOldest(_destination, rows);
                after = session.Outbox.Totals(_destination);
            },
            CancellationToken.None);
        Interlocked.Add(ref _rows, after.Rows - before.Rows);
        Interlocked.Add(ref _points, after.Points - before.Points);
        Interlocked.Add(ref _bytes, after.Bytes - before.Bytes);
        return before.Rows - after.Rows;
    }

    /// <summary>The place of the next body; for work that inserts as part of a larger transaction and calls <see cref="Added"/> after it.</summary>
    public long NextSequence() => Interlocked.Increment(ref _last);

    /// <summary>Inserts inside the writer's transaction.</summary>
    public void Insert(StoreSession session, long sequence, in OutboxBody body) =>
        session.Outbox.Append(_destination, sequence, _time.GetUtcNow(), in body);

    /// <summary>Counts a body that was committed.</summary>
    public void Added(in OutboxBody body)
    {
        Interlocked.Increment(ref _rows);
        Interlocked.Add(ref _points, body.Points);
        Interlocked.Add(ref _bytes, body.Body.Length);
    }
}
