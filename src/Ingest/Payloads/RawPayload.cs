using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Thrum.Ingest.Payloads;

/// <summary>Fixed-size binary samples. Lengths are checked by the caller.</summary>
internal static class RawPayload
{
    /// <summary>Decodes as many samples as <paramref name="samples"/> holds.</summary>
    public static void Decode(SampleElement element, PayloadScaling scaling, ReadOnlySpan<byte> payload, Span<float> samples)
    {
        switch (element.Kind)
        {
            case ElementKind.F32:
                CopySingles(payload, samples, element.IsLittleEndian);
                Scale(samples, scaling);
                break;
            case ElementKind.I16 when element.IsLittleEndian:
                CopyShorts(payload, samples);
                Scale(samples, scaling);
                break;
            default:
                // In double: a 32-bit count does not fit a float's 24-bit mantissa before scaling.
                int size = element.Bytes;
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (float)((Read(element, payload.Slice(size * i, size)) * scaling.Scale) + scaling.Offset);
                }

                break;
        }
    }

    /// <summary>One number.</summary>
    public static double Read(SampleElement element, ReadOnlySpan<byte> bytes) =>
        element.IsLittleEndian ? ReadLittle(element.Kind, bytes) : ReadBig(element.Kind, bytes);

    private static double ReadLittle(ElementKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        ElementKind.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ElementKind.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ElementKind.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ElementKind.I8 => (sbyte)bytes[0],
        ElementKind.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ElementKind.I24 => bytes[0] | (bytes[1] << 8) | ((sbyte)bytes[2] << 16),
        ElementKind.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ElementKind.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ElementKind.U8 => bytes[0],
        ElementKind.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ElementKind.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };

    private static double ReadBig(ElementKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        ElementKind.F16 => (double)BinaryPrimitives.ReadHalfBigEndian(bytes),
        ElementKind.F32 => BinaryPrimitives.ReadSingleBigEndian(bytes),
        ElementKind.F64 => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        ElementKind.I8 => (sbyte)bytes[0],
        ElementKind.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        ElementKind.I24 => bytes[2] | (bytes[1] << 8) | ((sbyte)bytes[0] << 16),
        ElementKind.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        ElementKind.I64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        ElementKind.U8 => bytes[0],
        ElementKind.U16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        ElementKind.U32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };

    private static void CopySingles(ReadOnlySpan<byte> payload, Span<float> samples, bool littleEndian)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(samples);
        payload[..bytes.Length].CopyTo(bytes);
        if (littleEndian != BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(samples);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    private static void CopyShorts(ReadOnlySpan<byte> payload, Span<float> samples)
    {
        int i = 0;
        if (BitConverter.IsLittleEndian && Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<short> shorts = MemoryMarshal.Cast<byte, short>(payload);
            for (; i <= samples.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                Vector.Widen(new Vector<short>(shorts[i..]), out Vector<int> low, out Vector<int> high);
                Vector.ConvertToSingle(low).CopyTo(samples[i..]);
                Vector.ConvertToSingle(high).CopyTo(samples[(i + Vector<int>.Count)..]);
            }
        }

        for (; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(payload[(2 * i)..]);
        }
    }

    private static void Scale(Span<float> samples, PayloadScaling scaling)
    {
        if (scaling.IsIdentity)
        {
            return;
        }

        float scale = (float)scaling.Scale;
        float offset = (float)scaling.Offset;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(samples[i..]) * scale) + new Vector<float>(offset)).CopyTo(samples[i..]);
        }

        for (; i < samples.Length; i++)
        {
            samples[i] = (samples[i] * scale) + offset;
        }
    }
}
