namespace Thrum.Sink.Influx;

/// <summary>Full bodies that wait in memory, bounded in bytes, and empty ones at rest. The caller locks.</summary>
internal sealed class BodyQueue : IDisposable
{
    private readonly Queue<PointBody> _waiting = new();
    private readonly Stack<PointBody> _free = new();
    private readonly long _maxBytes;
    private long _bytes;
    private long _points;

    public BodyQueue(long maxBytes) => _maxBytes = maxBytes;

    /// <summary>Points waiting.</summary>
    public long Points => Volatile.Read(ref _points);

    /// <summary>True when one more body keeps the bound; the first is always taken.</summary>
    public bool HasRoomFor(PointBody body) => _waiting.Count == 0 || _bytes + body.Buffer.Capacity <= _maxBytes;

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    public PointBody Rent() => _free.TryPop(out PointBody? body) ? body : new PointBody();

    public void Return(PointBody body)
    {
        body.Clear();
        _free.Push(body);
    }

    public void Enqueue(PointBody body)
    {
        _waiting.Enqueue(body);
        _bytes += body.Buffer.Capacity;
        _points += body.Points;
    }

    /// <summary>The oldest body; it stays until <see cref="Dequeue"/>.</summary>
    public bool TryPeek(out PointBody? body) => _waiting.TryPeek(out body);

    /// <summary>All that wait, oldest first.</summary>
    public IReadOnlyList<PointBody> Waiting() => [.. _waiting];

    public PointBody Dequeue()
    {
        PointBody body = _waiting.Dequeue();
        _bytes -= body.Buffer.Capacity;
        _points -= body.Points;
        return body;
    }

    public void Dispose()
    {
        foreach (PointBody body in _waiting.Concat(_free))
        {
            body.Dispose();
        }

        _waiting.Clear();
        _free.Clear();
    }
}
