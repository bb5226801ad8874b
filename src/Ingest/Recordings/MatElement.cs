using System.Buffers.Binary;

namespace Thrum.Ingest.Recordings;

/// <summary>The tag of a data element of a MATLAB level 5 file.</summary>
/// <param name="Type">miINT8 … miCOMPRESSED.</param>
/// <param name="Length">Bytes of its data, without tag and padding.</param>
/// <param name="TagBytes">Bytes of the tag before the data: 4 where these are packed into it, else 8.</param>
internal readonly record struct MatElement(int Type, uint Length, int TagBytes)
{
    public const int Matrix = 14;
    public const int Compressed = 15;

    /// <summary>Bytes from its tag to the next one's: data are padded to 8 bytes unless compressed, packed ones to 4.</summary>
    public long Bytes => Type == Compressed && TagBytes == 8 ? TagBytes + Length : TagBytes + (((Length + TagBytes - 1) / TagBytes) * (long)TagBytes);

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

    public static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
