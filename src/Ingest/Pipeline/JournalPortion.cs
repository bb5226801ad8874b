using Thrum.Detector.Commands;
using Thrum.Detector.Durability;

namespace Thrum.Ingest.Pipeline;

/// <summary>What is committed at a time: records, and how far the broker gets its acknowledgement for them. One owner at a time.</summary>
internal sealed class JournalPortion
{
    public JournalBatch Batch { get; } = new();

    /// <summary>Number of the session's last message in it; 0 without one.</summary>
    public ulong AcknowledgeThrough { get; set; }

    /// <summary>Monotonic time at which its first message was read.</summary>
    public long ReceivedTimestamp { get; set; }

    /// <summary>Who waits for what comes of a command, by its record's place in the batch.</summary>
    public Dictionary<int, TaskCompletionSource<CommandResult>> Commands { get; } = [];

    public bool IsEmpty => AcknowledgeThrough == 0 && Batch.Count == 0;

    public void Clear()
    {
        Batch.Clear();
        AcknowledgeThrough = 0;
        ReceivedTimestamp = 0;
        Commands.Clear();
    }
}
