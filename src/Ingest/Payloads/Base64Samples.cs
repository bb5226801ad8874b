using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Thrum.Ingest.Payloads;

/// <summary>Raw numbers as base64 text inside a text payload.</summary>
internal static class Base64Samples
{
    /// <summary>Decodes the axes whose samples are still text.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="element">The numbers' format.</param>
    /// <param name="scaling">Applied to each.</param>
    /// <param name="samples">Where the samples of all axes go.</param>
    /// <param name="sampleCount">How many are there; grows.</param>
    /// <param name="axes">The axes; one with a negative count is so many bytes of text, beginning at its start in the payload.</param>
    public static DecodeFault Unpack(
        ReadOnlySpan<byte> payload, SampleElement element, PayloadScaling scaling, Span<float> samples, ref int sampleCount, Span<AxisSlice> axes)
    {
        foreach (ref AxisSlice axis in axes)
        {
            if (axis.Count >= 0)
            {
                continue;
            }

            DecodeFault fault = Unpack(payload.Slice(axis.Start, -axis.Count), element, scaling, samples[sampleCount..], out int count);
            if (fault != DecodeFault.None)
            {
                return fault;
            }

            axis = axis with { Start = sampleCount, Count = count };
            sampleCount += count;
        }

        return DecodeFault.None;
    }

    private static DecodeFault Unpack(ReadOnlySpan<byte> text, SampleElement element, PayloadScaling scaling, Span<float> free, out int count)
    {
        // Unpacked at the end of the free memory, decoded to its beginning.
        Span<byte> bytes = MemoryMarshal.AsBytes(free);
        int room = Base64.GetMaxDecodedFromUtf8Length(text.Length);
        count = 0;
        if (room > bytes.Length)
        {
            return DecodeFault.TooManySamples;
        }

        bytes = bytes[^room..];
        OperationStatus status = Base64.DecodeFromUtf8(text, bytes, out _, out int length);
        count = length / element.Bytes;
        if (status != OperationStatus.Done || count * element.Bytes != length)
        {
            return status != OperationStatus.Done ? DecodeFault.BadNumber : DecodeFault.BadLength;
        }

        if (count * 4L > (free.Length * 4L) - room)
        {
            return DecodeFault.TooManySamples;
        }

        RawPayload.Decode(element, scaling, bytes, free[..count]);
        return DecodeFault.None;
    }
}
