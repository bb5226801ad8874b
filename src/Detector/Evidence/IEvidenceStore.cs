namespace Thrum.Detector.Evidence;

/// <summary>Keeps the evidence of alarms, bounded by a retention of its own. Thread-safe.</summary>
public interface IEvidenceStore
{
    /// <summary>Keeps evidence, in the place of what there was for the same transition, and gives the transition its diagnosis.</summary>
    /// <param name="evidence">What to keep; once this returns it survives a crash.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask PutAsync(IReadOnlyList<AlarmEvidence> evidence, CancellationToken cancellationToken);

    /// <summary>The evidence of a transition; null where there is none, or no longer.</summary>
    /// <param name="transitionId">Id of the transition.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<AlarmEvidence?> FindAsync(Guid transitionId, CancellationToken cancellationToken);
}
