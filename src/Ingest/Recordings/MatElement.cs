using System.Buffers.Binary;

namespace Thrum.Ingest.Recordings;

/// <summary>One tagged data element of a MATLAB level 5 file.</summary>
/// <param name="type">miINT8 … miCOMPRESSED.</param>
/// <param name="data">Its bytes without tag and padding.</param>
internal readonly ref struct MatElement(int type, ReadOnlySpan<byte> data)
{
    public const int Matrix = 14;
    public const int Compressed = 15;

    public int Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>The stored number type, or null where the element holds no plain numbers.</summary>
    public SampleKind? Kind => Type switch
    {
        1 => SampleKind.Int8,
        2 => SampleKind.UInt8,
        3 => SampleKind.Int16,
        4 => SampleKind.UInt16,
        5 => SampleKind.Int32,
        6 => SampleKind.UInt32,
        7 => SampleKind.Float32,
        9 => SampleKind.Float64,
        12 => SampleKind.Int64,
        13 => SampleKind.UInt64,
        _ => null,
    };

    /// <summary>Takes the next element off <paramref name="bytes"/>, with its padding to 8 bytes unless it is compressed.</summary>
    public static MatElement Take(RecordingSource source, bool bigEndian, ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            throw source.Fault("an element's tag of 8 bytes", $"{bytes.Length} bytes");
        }

        uint first = ReadUInt32(bytes, bigEndian);

        // Up to four bytes are packed into the tag itself, their count in its upper half.
        if (first >> 16 != 0)
        {
            int packed = (int)(first >> 16);
            MatElement small = packed <= 4
                ? new((int)(first & 0xFFFF), bytes.Slice(4, packed))
                : throw source.Fault("at most 4 bytes in a packed element", $"{packed}");
            bytes = bytes[8..];
            return small;
        }

        uint length = ReadUInt32(bytes[4..], bigEndian);
        if (length > bytes.Length - 8)
        {
            throw source.Fault($"{length} bytes in an element of type {first}", $"{bytes.Length - 8} bytes");
        }

        MatElement element = new((int)first, bytes.Slice(8, (int)length));
        int padding = first == Compressed ? 0 : (int)((8 - (length % 8)) % 8);
        bytes = bytes[Math.Min(bytes.Length, 8 + (int)length + padding)..];
        return element;
    }

    public static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
