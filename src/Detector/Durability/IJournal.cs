namespace Thrum.Detector.Durability;

/// <summary>
/// What arrived, on disk, in the order that everything behind it follows. Records have consecutive sequences, from 1; they are appended in
/// batches, read again after a crash, and deleted from the front once checkpoints hold their effect. Thread-safe; one append at a time.
/// </summary>
public interface IJournal
{
    /// <summary>Sequence of the newest record ever appended; 0 before the first.</summary>
    long LastSequence { get; }

    /// <summary>Bytes of the records kept.</summary>
    long Bytes { get; }

    /// <summary>Why appending waits at present, as a sentence; null when it does not.</summary>
    string? Fault { get; }

    /// <summary>
    /// Gives the batch its <see cref="JournalBatch.FirstSequence"/> and returns when it survives a power cut. While the disk refuses or the
    /// journal is full, this waits; nothing is dropped.
    /// </summary>
    /// <exception cref="ThrumException">The journal was closed before it could be done.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the batch may have been stored all the same.</exception>
    ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the oldest batch with a record above <paramref name="after"/> into <paramref name="batch"/>; false when there is none. A batch that
    /// does not read as it was written is skipped, and said in the log.
    /// </summary>
    ValueTask<bool> ReadAsync(long after, JournalBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Says that the records up to <paramref name="through"/> need not be processed again. Batches without a later record are deleted at the next call, or as
    /// soon as their room is needed; until then they tell which messages the broker sends again after a crash.
    /// </summary>
    /// <param name="through">Grows from call to call.</param>
    /// <param name="atOnce">True to delete them now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask TrimAsync(long through, bool atOnce, CancellationToken cancellationToken);
}
