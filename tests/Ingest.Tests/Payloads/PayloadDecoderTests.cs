using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Tests.Payloads;

public sealed class PayloadDecoderTests
{
    private delegate void WriteSample(Span<byte> at, double value);

    [Theory]
    [InlineData(PayloadFormat.F32Le)]
    [InlineData(PayloadFormat.F32Be)]
    [InlineData(PayloadFormat.F64Le)]
    [InlineData(PayloadFormat.I16Le)]
    [InlineData(PayloadFormat.I16Be)]
    [InlineData(PayloadFormat.F64Be)]
    [InlineData(PayloadFormat.I24Le)]
    [InlineData(PayloadFormat.I24Be)]
    [InlineData(PayloadFormat.I32Le)]
    [InlineData(PayloadFormat.I32Be)]
    public void Decode_AnyLength_MatchesTheScalarDefinition(PayloadFormat format) =>
        Prop.ForAll(ArbMap.Default.ArbFor<short[]>(), counts =>
        {
            byte[] payload = Encode(format, counts);
            float[] samples = new float[counts.Length + 1];
            var scaling = new PayloadScaling(0.5, -3);
            DecodeFault fault = Decode(format, payload, samples, out DecodedPayload decoded, scaling);
            return counts.Length == 0
                ? fault == DecodeFault.Empty
                : fault == DecodeFault.None && decoded is { SampleCount: var n, AxisCount: 1, TimeUnixNs: null, RateHz: null } && n == counts.Length
                    && counts.Select(count => (count * 0.5f) - 3).SequenceEqual(samples[..n]) && samples[n] == 0;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PayloadFormat.F32Le, 1, 2, DecodeFault.BadLength)]
    [InlineData(PayloadFormat.I16Be, 3, 2, DecodeFault.BadLength)]
    [InlineData(PayloadFormat.F64Le, 12, 2, DecodeFault.BadLength)]
    [InlineData(PayloadFormat.F32Le, 12, 2, DecodeFault.TooManySamples)]
    [InlineData(PayloadFormat.F32Le, 0, 2, DecodeFault.Empty)]
    [InlineData(PayloadFormat.Json, 0, 2, DecodeFault.Empty)]
    public void Decode_UnusableBytes_NamesTheFault(PayloadFormat format, int bytes, int room, DecodeFault expected) =>
        Assert.Equal(expected, Decode(format, new byte[bytes], new float[room], out _));

    [Fact]
    public void Decode_RandomBytes_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            foreach (PayloadFormat format in Enum.GetValues<PayloadFormat>())
            {
                Decode(format, bytes, new float[4], out _);
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PayloadFormat.F32Le, 16, 4)]
    [InlineData(PayloadFormat.Json, 5, 5)]
    [InlineData(PayloadFormat.Csv, 5, 6)]
    [InlineData(PayloadFormat.Influx, 5, 3)]
    public void MaxSamples_OfAPayload_IsEnough(PayloadFormat format, int bytes, int expected) =>
        Assert.Equal(expected, PayloadDecoder.MaxSamples(format, bytes));

    [Fact]
    public void Decode_EveryFormat_AllocatesNothing()
    {
        float[] samples = new float[64];
        byte[] raw = new byte[48];
        Dictionary<PayloadFormat, byte[]> texts = SamplePayloads.All.ToDictionary(pair => pair.Format, pair => pair.Payload);

        Assert.Equal(0, Allocations.WhenWarm(DecodeAll));

        void DecodeAll()
        {
            Span<AxisSlice> axes = stackalloc AxisSlice[4];
            for (PayloadFormat format = PayloadFormat.F32Le; format <= PayloadFormat.Thrum; format++)
            {
                if (!texts.TryGetValue(format, out byte[]? payload))
                {
                    payload = raw;
                }

                if (PayloadDecoder.Decode(format, PayloadScaling.Identity, payload, samples, axes, out _) != DecodeFault.None)
                {
                    throw new InvalidOperationException("every payload here is good");
                }
            }
        }
    }

    [Fact]
    public void TryParse_EveryName_RoundTrips()
    {
        Assert.Equal(Enum.GetValues<PayloadFormat>().Length, PayloadFormats.Names.Count);
        Assert.True(PayloadFormats.TryParse("I16LE", out PayloadFormat format));
        Assert.Equal(PayloadFormat.I16Le, format);
        Assert.False(PayloadFormats.TryParse("f16le", out _));
    }

    internal static DecodeFault Decode(
        PayloadFormat format, byte[] payload, float[] samples, out DecodedPayload decoded, PayloadScaling? scaling = null) =>
        PayloadDecoder.Decode(format, scaling ?? PayloadScaling.Identity, payload, samples, new AxisSlice[4], out decoded);

    private static byte[] Encode(PayloadFormat format, short[] counts)
    {
        WriteSample write = format switch
        {
            PayloadFormat.F32Le => (at, v) => BinaryPrimitives.WriteSingleLittleEndian(at, (float)v),
            PayloadFormat.F32Be => (at, v) => BinaryPrimitives.WriteSingleBigEndian(at, (float)v),
            PayloadFormat.F64Le => BinaryPrimitives.WriteDoubleLittleEndian,
            PayloadFormat.F64Be => BinaryPrimitives.WriteDoubleBigEndian,
            PayloadFormat.I24Le => (at, v) => new byte[] { (byte)(int)v, (byte)((int)v >> 8), (byte)((int)v >> 16) }.CopyTo(at),
            PayloadFormat.I24Be => (at, v) => new byte[] { (byte)((int)v >> 16), (byte)((int)v >> 8), (byte)(int)v }.CopyTo(at),
            PayloadFormat.I32Be => (at, v) => BinaryPrimitives.WriteInt32BigEndian(at, (int)v),
            PayloadFormat.I16Le => (at, v) => BinaryPrimitives.WriteInt16LittleEndian(at, (short)v),
            PayloadFormat.I16Be => (at, v) => BinaryPrimitives.WriteInt16BigEndian(at, (short)v),
            _ => (at, v) => BinaryPrimitives.WriteInt32LittleEndian(at, (int)v),
        };
        byte[] payload = new byte[counts.Length * format.SampleBytes()];
        for (int i = 0; i < counts.Length; i++)
        {
            write(payload.AsSpan(i * format.SampleBytes()), counts[i]);
        }

        return payload;
    }
}
