using System.Buffers.Binary;
using System.Diagnostics;

namespace Thrum.Ingest.Recordings;

/// <summary>From stored numbers to float32 samples.</summary>
internal static class SampleCodec
{
    /// <summary>Bytes of one number.</summary>
    public static int Size(this SampleKind kind) => kind switch
    {
        SampleKind.Int8 or SampleKind.UInt8 => 1,
        SampleKind.Int16 or SampleKind.UInt16 => 2,
        SampleKind.Int24 => 3,
        SampleKind.Int32 or SampleKind.UInt32 or SampleKind.Float32 => 4,
        SampleKind.Int64 or SampleKind.UInt64 or SampleKind.Float64 => 8,
        _ => throw new UnreachableException(),
    };

    /// <summary>Numbers <paramref name="first"/>, first + step, … times <paramref name="scale"/>, until the samples are full.</summary>
    public static void Read(
        ReadOnlySpan<byte> data, SampleKind kind, bool bigEndian, int first, int step, Span<float> samples, double scale = 1)
    {
        int size = kind.Size();
        long at = (long)first * size;
        for (int i = 0; i < samples.Length; i++, at += (long)step * size)
        {
            ReadOnlySpan<byte> bytes = data.Slice((int)at, size);
            samples[i] = (float)((bigEndian ? BigEndian(bytes, kind) : LittleEndian(bytes, kind)) * scale);
        }
    }

    /// <summary>One number.</summary>
    public static double One(ReadOnlySpan<byte> bytes, SampleKind kind, bool bigEndian) =>
        bigEndian ? BigEndian(bytes, kind) : LittleEndian(bytes, kind);

    private static double LittleEndian(ReadOnlySpan<byte> bytes, SampleKind kind) => kind switch
    {
        SampleKind.Int8 => (sbyte)bytes[0],
        SampleKind.UInt8 => bytes[0],
        SampleKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        SampleKind.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        SampleKind.Int24 => bytes[0] | (bytes[1] << 8) | ((sbyte)bytes[2] << 16),
        SampleKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        SampleKind.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        SampleKind.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        SampleKind.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        SampleKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        SampleKind.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => throw new UnreachableException(),
    };

    private static double BigEndian(ReadOnlySpan<byte> bytes, SampleKind kind)
    {
        Span<byte> reversed = stackalloc byte[8];
        bytes.CopyTo(reversed);
        reversed[..bytes.Length].Reverse();
        return LittleEndian(reversed[..bytes.Length], kind);
    }
}
