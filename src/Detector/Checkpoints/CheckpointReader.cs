using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Checkpoints;

/// <summary>
/// Reads what a <see cref="CheckpointWriter"/> wrote. Past the end, or at a length that cannot be, it turns invalid and gives zeros
/// from then on: nothing is thrown, whatever the bytes.
/// </summary>
internal ref struct CheckpointReader
{
    private const int HashBytes = sizeof(long);
    private ReadOnlySpan<byte> _rest;

    private CheckpointReader(ReadOnlySpan<byte> content)
    {
        _rest = content;
        IsValid = true;
    }

    /// <summary>False once something could not be read.</summary>
    public bool IsValid { get; private set; }

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>True when everything was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Opens a blob; false with the reason when it is cut, altered or of another version.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> blob, out CheckpointReader reader, out string fault)
    {
        reader = default;
        if (blob.Length < 1 + HashBytes)
        {
            fault = $"it has {blob.Length} bytes, expected at least {1 + HashBytes}";
            return false;
        }

        if (blob[0] != CheckpointWriter.FormatVersion)
        {
            fault = $"its format is version {blob[0]}, expected {CheckpointWriter.FormatVersion}";
            return false;
        }

        ReadOnlySpan<byte> content = blob[..^HashBytes];
        if (StableHash.Of(content) != BinaryPrimitives.ReadUInt64LittleEndian(blob[^HashBytes..]))
        {
            fault = "its hash does not fit its content";
            return false;
        }

        reader = new CheckpointReader(content[1..]);
        fault = "";
        return true;
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte() => Take(1) is [byte value] ? value : (byte)0;

    /// <summary>Reads a truth value.</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>Reads 32 bits.</summary>
    public int ReadInt32() => Take(sizeof(int)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    /// <summary>Reads 64 bits.</summary>
    public long ReadInt64() => Take(sizeof(long)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Reads the bits of a number.</summary>
    public double ReadDouble() => Take(sizeof(double)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : 0;

    /// <summary>Reads a text.</summary>
    public string ReadString() => Encoding.UTF8.GetString(Take(ReadInt32()));

    /// <summary>Reads values into the beginning of <paramref name="values"/> and returns their number; more than it holds is invalid.</summary>
    public int ReadSingles(scoped Span<float> values)
    {
        int count = ReadInt32();
        if (count < 0 || count > values.Length)
        {
            Fail();
            return 0;
        }

        ReadOnlySpan<byte> bytes = Take(count * sizeof(float));
        Span<float> read = values[..(bytes.Length / sizeof(float))];
        bytes.CopyTo(MemoryMarshal.AsBytes(read));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(read);
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return read.Length;
    }

    /// <summary>A reader of the next section alone; this one goes on behind it.</summary>
    public CheckpointReader ReadSection()
    {
        ReadOnlySpan<byte> content = Take(ReadInt32());
        return IsValid ? new CheckpointReader(content) : default;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (!IsValid || count < 0 || count > _rest.Length)
        {
            Fail();
            return [];
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private void Fail()
    {
        IsValid = false;
        _rest = [];
    }
}
