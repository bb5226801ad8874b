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

    /// <summary>Called once after the last batch: delivers what is queued, until <paramref name="cancellationToken"/> says that the drain deadline passed.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
