namespace Thrum.Detector.Scores;

/// <summary>
/// A place that scores and alarm transitions go to. Calls never overlap and come in the order the batches were decided. A call
/// that waits is back-pressure: it reaches the socket through the stages before.
/// </summary>
public interface IScoreDestination
{
    /// <summary>Short name for logs and counters, unique among the destinations.</summary>
    string Name { get; }

    /// <summary>
    /// Takes what it needs from the batch before it returns; the caller keeps ownership and disposes the batch afterwards.
    /// Returns when the content is safe with the destination (queued within its bound or stored).
    /// </summary>
    ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Called between two writes: everything taken so far is to survive a crash of this process, because its source is about to be forgotten. What
    /// counts as taken is settled before the call returns its task; the task may run beside later writes, never beside another of its kind.
    /// </summary>
    /// <returns>Ends when that is so. A destination that keeps nothing has nothing to do.</returns>
    ValueTask MakeDurableAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Called once after the last batch: delivers what is queued, until <paramref name="cancellationToken"/> says that the drain deadline passed.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
