using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Thrum.Ingest.Payloads;

/// <summary>Fixed-size binary samples. Lengths are checked by the caller.</summary>
internal static class RawPayload
{
    public static void Decode(PayloadFormat format, PayloadScaling scaling, ReadOnlySpan<byte> payload, Span<float> samples)
    {
        switch (format)
        {
            case PayloadFormat.F32Le or PayloadFormat.F32Be:
                CopySingles(payload, samples, format == PayloadFormat.F32Le);
                Scale(samples, scaling);
                break;
            case PayloadFormat.I16Le:
                CopyShorts(payload, samples);
                Scale(samples, scaling);
                break;
            case PayloadFormat.I16Be:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadInt16BigEndian(payload[(2 * i)..]);
                }

                Scale(samples, scaling);
                break;
            case PayloadFormat.I32Le:
                for (int i = 0; i < samples.Length; i++)
                {
                    // In double: a 32-bit count does not fit a float's 24-bit mantissa before scaling.
                    samples[i] = (float)((BinaryPrimitives.ReadInt32LittleEndian(payload[(4 * i)..]) * scaling.Scale) + scaling.Offset);
                }

                break;
            case PayloadFormat.F64Le:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (float)((BinaryPrimitives.ReadDoubleLittleEndian(payload[(8 * i)..]) * scaling.Scale) + scaling.Offset);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "not a binary format");
        }
    }

    private static void CopySingles(ReadOnlySpan<byte> payload, Span<float> samples, bool littleEndian)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(samples);
        payload.CopyTo(bytes);
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
