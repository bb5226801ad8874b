using Thrum.Detector.Samples;

namespace Thrum.Detector.Checkpoints;

/// <summary>Where the state of one axis or machine lies in a <see cref="ShardCheckpoint"/>.</summary>
/// <param name="Id">The axis; of a machine's own state, <see cref="AxisId.OfMachine"/>.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct CheckpointEntry(AxisId Id, int Offset, int Length);

/// <summary>A state on its way back into a pipeline.</summary>
/// <param name="Id">As in its <see cref="CheckpointEntry"/>.</param>
/// <param name="Sequence">The <see cref="ShardCheckpoint.Sequence"/> it was stored with.</param>
/// <param name="Bytes">Its bytes.</param>
public readonly record struct StoredState(AxisId Id, long Sequence, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The states of a shard's axes and machines that changed since its last barrier. It travels with the batch of scores that were decided before
/// the barrier, and belongs to it: its memory goes back with that batch. Not thread-safe.
/// </summary>
public sealed class ShardCheckpoint
{
    private readonly CheckpointWriter _writer = new();
    private readonly List<CheckpointEntry> _entries = [];

    /// <summary>The shard.</summary>
    public int Shard { get; private set; }

    /// <summary>The states hold the effect of every journal record up to this one.</summary>
    public long Sequence { get; private set; }

    /// <summary>
    /// True in the last part. A large checkpoint comes in several batches; each state replaces the one stored before it, and once the last part is stored too,
    /// the shard needs no record up to <see cref="Sequence"/> any more. A machine and its axes are never in different parts.
    /// </summary>
    public bool IsComplete { get; internal set; }

    /// <summary>The states.</summary>
    public IReadOnlyList<CheckpointEntry> Entries => _entries;

    /// <summary>Size of all states, bytes.</summary>
    public int ByteCount => _writer.Length;

    /// <summary>The bytes of a state, valid until the batch is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes(in CheckpointEntry entry) => _writer.Written.Slice(entry.Offset, entry.Length);

    internal void Begin(int shard, long sequence)
    {
        Shard = shard;
        Sequence = sequence;
        IsComplete = false;
    }

    internal void Add(AxisId id, ICheckpointed state)
    {
        int start = _writer.BeginBlob();
        state.Save(_writer);
        _writer.EndBlob(start);
        _entries.Add(new CheckpointEntry(id, start, _writer.Length - start));
    }

    internal void Clear()
    {
        _entries.Clear();
        _writer.Clear();
    }
}
