using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Checkpoints;

/// <summary>
/// Writes values one behind the other, little endian, into pooled memory. A blob is a format version, values, and a hash over both.
/// A section is values with their length before them, so that a reader can skip what it does not know. Not thread-safe.
/// </summary>
internal sealed class CheckpointWriter
{
    /// <summary>Version of the format; a reader refuses others.</summary>
    public const byte FormatVersion = 1;

    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next value is.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Begins a blob; the result goes to <see cref="EndBlob"/>.</summary>
    public int BeginBlob()
    {
        int start = Length;
        Write(FormatVersion);
        return start;
    }

    /// <summary>Ends the blob that began at <paramref name="start"/> with the hash of all of it.</summary>
    public void EndBlob(int start) => Write((long)StableHash.Of(_bytes.AsSpan(start, Length - start)));

    /// <summary>Begins a section; the result goes to <see cref="EndSection"/>.</summary>
    public int BeginSection()
    {
        Write(0);
        return Length;
    }

    /// <summary>Ends the section that began at <paramref name="start"/>.</summary>
    public void EndSection(int start) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start - sizeof(int)), Length - start);

    /// <summary>Writes one byte.</summary>
    public void Write(byte value) => Reserve(1)[0] = value;

    /// <summary>Writes a truth value as one byte.</summary>
    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>Writes 32 bits.</summary>
    public void Write(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(sizeof(int)), value);

    /// <summary>Writes 64 bits.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);

    /// <summary>Writes the bits of a number.</summary>
    public void Write(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);

    /// <summary>Writes a text as the number of its UTF-8 bytes and those.</summary>
    public void Write(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        Write(count);
        Encoding.UTF8.GetBytes(text, Reserve(count));
    }

    /// <summary>Writes the number of values and their bits.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        Write(values.Length);
        Span<byte> bytes = Reserve(values.Length * sizeof(float));
        MemoryMarshal.AsBytes(values).CopyTo(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<byte, int>(bytes);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    /// <summary>Forgets what was written and gives the memory back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        Length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        int needed = checked(Length + count);
        if (needed > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        Span<byte> reserved = _bytes.AsSpan(Length, count);
        Length = needed;
        return reserved;
    }
}
