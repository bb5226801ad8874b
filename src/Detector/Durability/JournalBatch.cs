using System.Buffers.Binary;

namespace Thrum.Detector.Durability;

/// <summary>
/// Records that are committed together, one behind the other: 32 bits of length (little endian, the kind counted), a byte of kind, the
/// body. Its memory grows with the largest content and is kept for the next one. Not thread-safe.
/// </summary>
public sealed class JournalBatch
{
    private const int HeaderBytes = sizeof(int) + 1;

    private byte[] _bytes;

    /// <summary>An empty batch with room for this many bytes at first.</summary>
    public JournalBatch(int capacity = 64 * 1024) => _bytes = new byte[capacity];

    /// <summary>Sequence of the first record; given by <see cref="IJournal.AppendAsync"/> or read.</summary>
    public long FirstSequence { get; set; }

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>Sequence of the last record.</summary>
    public long LastSequence => FirstSequence + Count - 1;

    /// <summary>Bytes of all records.</summary>
    public int ByteCount { get; private set; }

    /// <summary>The records' bytes; valid until the batch is changed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, ByteCount);

    /// <summary>Bytes that a record with such a body takes.</summary>
    public static int SizeOf(int bodyBytes) => checked(HeaderBytes + bodyBytes);

    /// <summary>Appends a record; the result is its body, to be filled at once.</summary>
    public Span<byte> Append(JournalRecordKind kind, int bodyBytes)
    {
        int start = ByteCount;
        Reserve(checked(start + SizeOf(bodyBytes)));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), bodyBytes + 1);
        _bytes[start + sizeof(int)] = (byte)kind;
        ByteCount = start + SizeOf(bodyBytes);
        Count++;
        return _bytes.AsSpan(start + HeaderBytes, bodyBytes);
    }

    /// <summary>Forgets the records.</summary>
    public void Clear() => (FirstSequence, Count, ByteCount) = (0, 0, 0);

    /// <summary>Takes over stored records; false, and empty, when the bytes are not that many records.</summary>
    public bool TryLoad(long firstSequence, int count, ReadOnlySpan<byte> bytes)
    {
        Clear();
        int found = 0, next = 0;
        while (next < bytes.Length)
        {
            if (bytes.Length - next < HeaderBytes
                || BinaryPrimitives.ReadInt32LittleEndian(bytes[next..]) is not (>= 1 and int length)
                || length > bytes.Length - next - sizeof(int))
            {
                return false;
            }

            next += sizeof(int) + length;
            found++;
        }

        if (found != count)
        {
            return false;
        }

        Reserve(bytes.Length);
        bytes.CopyTo(_bytes);
        (FirstSequence, Count, ByteCount) = (firstSequence, count, bytes.Length);
        return true;
    }

    /// <summary>Reads the record at a place and goes to the next; false behind the last. The batch does not change meanwhile.</summary>
    public bool TryRead(ref JournalCursor cursor, out JournalRecord record)
    {
        if (cursor.Offset >= ByteCount)
        {
            record = default;
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(cursor.Offset));
        int kind = cursor.Offset + sizeof(int);
        record = new JournalRecord(FirstSequence + cursor.Index, (JournalRecordKind)_bytes[kind], _bytes.AsSpan(kind + 1, length - 1));
        cursor = new JournalCursor(kind + length, cursor.Index + 1);
        return true;
    }

    private void Reserve(int bytes)
    {
        if (bytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(bytes, 2L * _bytes.Length), Array.MaxLength));
        }
    }
}

/// <summary>A place in a batch; the default is its beginning.</summary>
/// <param name="Offset">Byte at which the next record begins.</param>
/// <param name="Index">Records before it.</param>
public readonly record struct JournalCursor(int Offset, int Index);
