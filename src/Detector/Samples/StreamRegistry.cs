namespace Thrum.Detector.Samples;

/// <summary>Every axis seen by this process. Thread-safe; asked once per new topic, never per message.</summary>
public sealed class StreamRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AxisId, AxisStream> _streams = [];

    /// <summary>Creates an empty registry.</summary>
    /// <param name="shards">Number of shards that machines are hashed to, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shards"/> is below 1.</exception>
    public StreamRegistry(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Shards = shards;
    }

    /// <summary>Number of shards.</summary>
    public int Shards { get; }

    /// <summary>All streams seen so far, in order of appearance.</summary>
    public IReadOnlyList<AxisStream> Snapshot()
    {
        lock (_gate)
        {
            return [.. _streams.Values.OrderBy(stream => stream.Slot)];
        }
    }

    /// <summary>The handle of an axis, made at its first call.</summary>
    public AxisStream Resolve(AxisId id)
    {
        lock (_gate)
        {
            if (!_streams.TryGetValue(id, out AxisStream? stream))
            {
                int shard = StableHash.Shard(id.Machine, Shards);
                stream = new AxisStream(id, _streams.Count, shard);
                _streams.Add(id, stream);
            }

            return stream;
        }
    }
}
