namespace Thrum.Detector.Durability;

/// <summary>What a journal record holds. The numbers are stored: they never change.</summary>
public enum JournalRecordKind : byte
{
    /// <summary>A message as it came from the broker.</summary>
    Message = 1,

    /// <summary>Something that an operator did: <see cref="Commands.OperatorCommand.Encode"/>.</summary>
    Command = 2,
}

/// <summary>A record seen in place, valid as long as its batch is not changed.</summary>
public readonly ref struct JournalRecord
{
    internal JournalRecord(long sequence, JournalRecordKind kind, ReadOnlySpan<byte> body)
    {
        Sequence = sequence;
        Kind = kind;
        Body = body;
    }

    /// <summary>Its place in the journal.</summary>
    public long Sequence { get; }

    /// <summary>How to read <see cref="Body"/>.</summary>
    public JournalRecordKind Kind { get; }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Body { get; }
}
