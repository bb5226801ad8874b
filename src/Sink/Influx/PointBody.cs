using Thrum.Sink.LineProtocol;

namespace Thrum.Sink.Influx;

/// <summary>Encoded points on their way to one request. One owner at a time.</summary>
internal sealed class PointBody : IDisposable
{
    public ByteBuffer Buffer { get; } = new(64 * 1024);

    /// <summary>Points in the buffer, one per line.</summary>
    public int Points { get; set; }

    /// <summary>Monotonic time at which the oldest message behind the points was read; 0 when none was.</summary>
    public long ReceivedTimestamp { get; set; }

    /// <summary>Its place among all bodies of the destination, in memory and on disk.</summary>
    public long Sequence { get; set; }

    /// <summary>True when it was queued while older ones waited on disk.</summary>
    public bool IsLive { get; set; }

    /// <summary>True when it holds alarms, which a later point of the same identity may complete: they must not change places.</summary>
    public bool HasAlarms { get; set; }

    /// <summary>Ends when the outbox has a copy; null when none is made.</summary>
    public Task? Copy { get; set; }

    public void Clear()
    {
        Buffer.Truncate(0);
        Points = 0;
        ReceivedTimestamp = 0;
        Copy = null;
        IsLive = false;
        HasAlarms = false;
    }

    public void Dispose() => Buffer.Dispose();
}
