namespace Thrum.Ingest.Payloads;

/// <summary>
/// Turns payload bytes into float32 samples in the caller's memory. It allocates nothing for well-formed payloads,
/// never throws on bad ones, and is stateless.
/// </summary>
public static class PayloadDecoder
{
    /// <summary>An upper bound of the samples in a payload of that many bytes: enough memory for <see cref="Decode"/>.</summary>
    public static int MaxSamples(PayloadFormat format, int payloadBytes) => format switch
    {
        // Empty fields are samples too.
        PayloadFormat.Csv => payloadBytes + 1,
        // The densest JSON is "[1,1]": two bytes a sample, and a little more where base64 is unpacked.
        PayloadFormat.Influx => (payloadBytes / 2) + 1,
        PayloadFormat.Json => (int)(payloadBytes * 5L / 8) + 2,
        // A small integer is one byte.
        PayloadFormat.Cbor => payloadBytes,
        PayloadFormat.Thrum => payloadBytes / 2,
        _ => payloadBytes / format.SampleBytes(),
    };

    /// <summary>Decodes one payload.</summary>
    /// <param name="format">Its encoding.</param>
    /// <param name="scaling">Applied to every sample, in float for float32 and little-endian 16-bit input and in double otherwise.</param>
    /// <param name="payload">The message's bytes.</param>
    /// <param name="samples">Receives the samples, axis after axis; at least <see cref="MaxSamples"/> long.</param>
    /// <param name="axes">Receives where each axis is; at least 1 long.</param>
    /// <param name="decoded">Stamp, rate and counts; meaningless after a fault.</param>
    /// <returns><see cref="DecodeFault.None"/>, or why the payload is unusable; <paramref name="samples"/> may be partly written then.</returns>
    public static DecodeFault Decode(
        PayloadFormat format,
        PayloadScaling scaling,
        ReadOnlySpan<byte> payload,
        Span<float> samples,
        Span<AxisSlice> axes,
        out DecodedPayload decoded)
    {
        decoded = default;
        if (payload.IsEmpty)
        {
            return DecodeFault.Empty;
        }

        return format switch
        {
            PayloadFormat.Json => JsonPayload.Decode(payload, scaling, samples, axes, out decoded),
            PayloadFormat.Csv => CsvPayload.Decode(payload, scaling, samples, axes, out decoded),
            PayloadFormat.Influx => InfluxPayload.Decode(payload, scaling, samples, axes, out decoded),
            PayloadFormat.Cbor => CborPayload.Decode(payload, scaling, samples, axes, out decoded),
            PayloadFormat.Thrum => ThrumBlock.Decode(payload, scaling, samples, axes, out decoded),
            _ => DecodeRaw(SampleElement.Of(format)!.Value, scaling, payload, samples, axes, out decoded),
        };
    }

    private static DecodeFault DecodeRaw(
        SampleElement element,
        PayloadScaling scaling,
        ReadOnlySpan<byte> payload,
        Span<float> samples,
        Span<AxisSlice> axes,
        out DecodedPayload decoded)
    {
        decoded = default;
        int count = payload.Length / element.Bytes;
        if (count * element.Bytes != payload.Length)
        {
            return DecodeFault.BadLength;
        }

        if (count > samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        if (axes.IsEmpty)
        {
            return DecodeFault.TooManyAxes;
        }

        RawPayload.Decode(element, scaling, payload, samples[..count]);
        axes[0] = new AxisSlice(0, count, 0, 0);
        decoded = new DecodedPayload(null, null, 1, count);
        return DecodeFault.None;
    }
}
