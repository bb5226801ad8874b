using System.Buffers.Binary;
using System.Text;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>A growing array of outgoing bytes with MQTT's field types; it keeps its array when reset. Not thread-safe.</summary>
internal sealed class PacketBuffer(int capacity = 512)
{
    private byte[] _bytes = new byte[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Count);

    public void Reset() => Count = 0;

    public void WriteByte(int value) => Take(1)[0] = (byte)value;

    public void WriteUInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        WriteUInt16(checked((ushort)bytes.Length));
        WriteRaw(bytes);
    }

    public void WriteText(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        WriteUInt16(checked((ushort)length));
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public void WriteVariable(int value)
    {
        do
        {
            int low = value & 0x7F;
            value >>= 7;
            WriteByte(value > 0 ? low | 0x80 : low);
        }
        while (value > 0);
    }

    /// <summary>Starts a part whose length goes before it; pass the result to <see cref="EndPart"/>.</summary>
    public int BeginPart() => Count;

    /// <summary>Puts the variable byte length of what was written since <paramref name="start"/> in front of it.</summary>
    public void EndPart(int start)
    {
        int length = Count - start;
        int prefix = VariableSize(length);
        Take(prefix);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(start + prefix));
        Count = start;
        WriteVariable(length);
        Count = start + prefix + length;
    }

    /// <summary>Bytes of a value as a variable byte integer.</summary>
    public static int VariableSize(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        < 1 << 28 => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "an MQTT length is below 268435456"),
    };

    private Span<byte> Take(int count)
    {
        if (count > _bytes.Length - Count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Count + count)));
        }

        Span<byte> taken = _bytes.AsSpan(Count, count);
        Count += count;
        return taken;
    }
}
