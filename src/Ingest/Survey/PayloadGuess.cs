using System.Buffers.Binary;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Survey;

/// <summary>What a payload looks like.</summary>
/// <param name="Format">The most likely format; null: none fits.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Decoded">What it decodes to in that format.</param>
public readonly record struct PayloadGuess(PayloadFormat? Format, PayloadCompression Compression, DecodedPayload Decoded)
{
    /// <summary>Most bytes that a payload is unpacked to.</summary>
    internal const int MaxUnpackedBytes = 16 << 20;

    // Samples of machines, in whatever unit: outside of this they are bits of something else.
    private const float LeastMagnitude = 1e-12f;
    private const float GreatestMagnitude = 1e9f;

    private static readonly PayloadFormat[] Structured = [PayloadFormat.Thrum, PayloadFormat.Json, PayloadFormat.Influx, PayloadFormat.Csv, PayloadFormat.Cbor];

    /// <summary>Looks at a payload; allocates, so not for every message.</summary>
    public static PayloadGuess Of(ReadOnlySpan<byte> payload)
    {
        if (payload is [0x1F, 0x8B, 8, ..])
        {
            return OfPacked(PayloadCompression.Gzip, payload) ?? new PayloadGuess(null, PayloadCompression.Gzip, default);
        }

        // Bare deflate says nothing by which to know it, and any bytes may look like the two of zlib: what comes out decides.
        PayloadGuess plain = OfPlain(payload);
        bool isStructured = plain.Format is { } format && Structured.Contains(format);
        return !isStructured && OfPacked(PayloadCompression.Deflate, payload) is { Format: not null } packed && (IsZlib(payload) || Structured.Contains(packed.Format.Value)) ? packed : plain;
    }

    private static PayloadGuess? OfPacked(PayloadCompression compression, ReadOnlySpan<byte> payload) =>
        new PayloadInflater(MaxUnpackedBytes).Inflate(compression, payload, out ReadOnlySpan<byte> unpacked) == DecodeFault.None
            ? OfPlain(unpacked) with { Compression = compression }
            : null;

    // RFC 1950, 2.2: method 8 with a window of up to 32 kB, no preset dictionary, and the two bytes a multiple of 31.
    private static bool IsZlib(ReadOnlySpan<byte> payload) =>
        payload is [var method, var flags, ..] && (method & 15) == 8 && method >> 4 <= 7 && (flags & 32) == 0 && ((method << 8) | flags) % 31 == 0;

    private static PayloadGuess OfPlain(ReadOnlySpan<byte> payload)
    {
        foreach (PayloadFormat format in Structured)
        {
            // Any single byte is a number in CBOR, and most short runs of bytes are something in it.
            bool isPossible = format != PayloadFormat.Cbor || (payload.Length > 3 && payload[0] is >= 0x80 and < 0xDC);
            if (isPossible && TryDecode(format, payload, out DecodedPayload decoded))
            {
                return new PayloadGuess(format, PayloadCompression.None, decoded);
            }
        }

        PayloadFormat? raw = OfNumbers(payload);
        DecodedPayload numbers = default;
        return raw is { } found && TryDecode(found, payload, out numbers) ? new PayloadGuess(found, PayloadCompression.None, numbers) : default;
    }

    private static bool TryDecode(PayloadFormat format, ReadOnlySpan<byte> payload, out DecodedPayload decoded) =>
        PayloadDecoder.Decode(
            format, PayloadScaling.Identity, payload, new float[PayloadDecoder.MaxSamples(format, payload.Length)], new AxisSlice[16], out decoded) == DecodeFault.None;

    /// <summary>Floats of a credible size are floats; integers are told from each other by how smoothly they go.</summary>
    private static PayloadFormat? OfNumbers(ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= 8 && payload.Length % 4 == 0)
        {
            if (AreCredible(payload, 4, static bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)))
            {
                return PayloadFormat.F32Le;
            }

            if (AreCredible(payload, 4, static bytes => BinaryPrimitives.ReadSingleBigEndian(bytes)))
            {
                return PayloadFormat.F32Be;
            }
        }

        if (payload.Length >= 16 && payload.Length % 8 == 0 && AreCredible(payload, 8, static bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)))
        {
            return PayloadFormat.F64Le;
        }

        return payload.Length < 4 || payload.Length % 2 != 0 ? null
            : Roughness(payload, PayloadFormat.I16Le) <= Roughness(payload, PayloadFormat.I16Be) ? PayloadFormat.I16Le : PayloadFormat.I16Be;
    }

    private delegate float Read(ReadOnlySpan<byte> bytes);

    private static bool AreCredible(ReadOnlySpan<byte> payload, int size, Read read)
    {
        int credible = 0;
        int different = 0;
        float before = float.NaN;
        for (int at = 0; at < payload.Length; at += size)
        {
            float value = read(payload.Slice(at, size));
            float magnitude = Math.Abs(value);
            credible += float.IsNaN(value) || magnitude == 0 || magnitude is > LeastMagnitude and < GreatestMagnitude ? 1 : 0;
            different += value != before ? 1 : 0;
            before = value;
        }

        return credible == payload.Length / size && different > 0;
    }

    private static double Roughness(ReadOnlySpan<byte> payload, PayloadFormat format)
    {
        float[] samples = new float[payload.Length / 2];
        PayloadDecoder.Decode(format, PayloadScaling.Identity, payload, samples, new AxisSlice[1], out _);
        double sum = 0;
        for (int i = 1; i < samples.Length; i++)
        {
            sum += Math.Abs(samples[i] - (double)samples[i - 1]);
        }

        return sum;
    }
}
