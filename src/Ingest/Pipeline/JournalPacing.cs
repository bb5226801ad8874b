namespace Thrum.Ingest.Pipeline;

/// <summary>
/// When the shards are asked for their state, so that the journal can be trimmed: after an interval, or sooner when much has come. Not thread-safe.
/// </summary>
/// <param name="interval">Time from one barrier to the next, while there is anything new.</param>
/// <param name="bytes">Bytes of records from one barrier to the next; a part of what the journal may hold, or it would fill before it can be trimmed.</param>
public sealed class JournalPacing(TimeSpan interval, long bytes)
{
    private long _through;
    private long _since;
    private long _bytes;

    /// <summary>Time from one barrier to the next.</summary>
    public TimeSpan Interval => interval;

    internal void Begin(long through, long timestamp) => (_through, _since, _bytes) = (through, timestamp, 0);

    internal void Add(long bytesOfRecords) => _bytes += bytesOfRecords;

    internal bool IsDue(long through, TimeProvider time) =>
        through > _through && (_bytes >= bytes || time.GetElapsedTime(_since) >= interval);
}
