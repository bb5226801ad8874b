using System.Diagnostics.CodeAnalysis;

namespace Thrum.Detector.Samples;

/// <summary>Every axis seen by this process. Thread-safe; asked once per new topic, never per message.</summary>
public sealed class StreamRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AxisId, AxisStream> _streams = [];

    /// <summary>Default of <see cref="MaxStreams"/>.</summary>
    public const int DefaultMaxStreams = 20_000;

    /// <summary>Creates an empty registry.</summary>
    /// <param name="shards">Number of shards that machines are hashed to, at least 1.</param>
    /// <param name="maxStreams">Most axes that are kept, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is below 1.</exception>
    public StreamRegistry(int shards, int maxStreams = DefaultMaxStreams)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStreams, 1);
        Shards = shards;
        MaxStreams = maxStreams;
    }

    /// <summary>Number of shards.</summary>
    public int Shards { get; }

    /// <summary>Most axes that are kept; each costs memory for as long as the process lives.</summary>
    public int MaxStreams { get; }

    /// <summary>The shard that owns every axis of a machine, known or not.</summary>
    public int ShardOf(string machine) => StableHash.Shard(machine, Shards);

    /// <summary>All streams seen so far, in order of appearance.</summary>
    public IReadOnlyList<AxisStream> Snapshot()
    {
        lock (_gate)
        {
            return [.. _streams.Values.OrderBy(stream => stream.Slot)];
        }
    }

    /// <summary>The handle of an axis, made at its first call.</summary>
    /// <exception cref="InvalidOperationException">The axis is new and <see cref="MaxStreams"/> are known.</exception>
    public AxisStream Resolve(AxisId id) =>
        TryResolve(id, out AxisStream? stream) ? stream : throw new InvalidOperationException($"{id} would be axis {MaxStreams + 1} of at most {MaxStreams}.");

    /// <summary>The handle of an axis, made at its first call; false when the axis is new and <see cref="MaxStreams"/> are known.</summary>
    public bool TryResolve(AxisId id, [NotNullWhen(true)] out AxisStream? stream)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(id, out stream))
            {
                return true;
            }

            if (_streams.Count >= MaxStreams)
            {
                return false;
            }

            stream = new AxisStream(id, _streams.Count, ShardOf(id.Machine));
            _streams.Add(id, stream);
            return true;
        }
    }
}
