using Thrum.Detector.Checkpoints;
using Thrum.Detector.Durability;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Sink.Store;

namespace Thrum.Sink.Delivery;

/// <summary>
/// Commits the shards' states, outputs first: once every destination has made durable what it took before a checkpoint, the states are stored with the
/// history they have seen, and the journal is trimmed. One commit runs at a time, beside the batches that follow.
/// </summary>
public sealed class CheckpointCommitter
{
    private readonly HistoryDestination _history;
    private readonly IReadOnlyList<IScoreDestination> _destinations;
    private readonly LocalStore _store;
    private readonly IJournal _journal;
    private readonly List<(AxisId Id, byte[] State)>[] _parts;
    private readonly long[] _shardThrough;
    private long _through;
    private Task _committing = Task.CompletedTask;

    /// <summary>Creates it with the shards at a common sequence.</summary>
    /// <param name="history">Keeps the history; one of the destinations.</param>
    /// <param name="destinations">All destinations.</param>
    /// <param name="store">Where states go.</param>
    /// <param name="journal">What is trimmed.</param>
    /// <param name="shards">Number of shards.</param>
    /// <param name="through">The common sequence that was loaded.</param>
    public CheckpointCommitter(
        HistoryDestination history, IReadOnlyList<IScoreDestination> destinations, LocalStore store, IJournal journal, int shards, long through)
    {
        _history = history;
        _destinations = [.. destinations];
        _store = store;
        _journal = journal;
        _through = through;
        _shardThrough = new long[shards];
        Array.Fill(_shardThrough, through);
        _parts = [.. Enumerable.Range(0, shards).Select(_ => new List<(AxisId, byte[])>())];
    }

    /// <summary>The sequence up to which no journal record is needed any more.</summary>
    public long Through => Volatile.Read(ref _through);

    /// <summary>
    /// Takes a part of a shard's checkpoint, after every destination has taken the batch that carries it. With the last part the commit begins; it waits
    /// for the one before.
    /// </summary>
    public async ValueTask TakeAsync(ShardCheckpoint part, CancellationToken cancellationToken)
    {
        List<(AxisId Id, byte[] State)> states = _parts[part.Shard];
        foreach (CheckpointEntry entry in part.Entries)
        {
            states.Add((entry.Id, part.Bytes(entry).ToArray()));
        }

        if (!part.IsComplete)
        {
            return;
        }

        // The batch and what is read of it now are settled before the first wait; what follows may run beside other batches.
        (int shard, long sequence) = (part.Shard, part.Sequence);
        _parts[shard] = [];
        await _committing.WaitAsync(cancellationToken);
        _committing = CommitAsync(shard, sequence, states, _history.Take(shard), MakeDurableAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Waits for the last commit; after a clean end nothing is left in the journal that was processed.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken);
        await _journal.TrimAsync(_through, atOnce: true, cancellationToken);
    }

    private Task MakeDurableAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_destinations.Select(destination => destination.MakeDurableAsync(cancellationToken).AsTask()));

    private async Task CommitAsync(
        int shard, long sequence, List<(AxisId Id, byte[] State)> states, ShardHistory history, Task durable, CancellationToken cancellationToken)
    {
        await durable;
        _shardThrough[shard] = sequence;
        long through = _shardThrough.Min();
        CrashPoints.Pass(CrashPoint.BeforeCheckpoint);
        await _store.CheckpointAsync(states, sequence, through, history.Rows, cancellationToken);
        _history.Counters.AddSent(history.Windows);
        bool hasMoved = through > _through;
        Volatile.Write(ref _through, through);
        CrashPoints.Pass(CrashPoint.AfterCheckpoint);
        if (hasMoved)
        {
            await _journal.TrimAsync(through, atOnce: false, cancellationToken);
        }
    }
}
