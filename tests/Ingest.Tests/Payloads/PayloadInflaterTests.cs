using System.IO.Compression;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Tests.Payloads;

public sealed class PayloadInflaterTests
{
    private const int Limit = 100_000;

    public enum Packing
    {
        Gzip,
        Zlib,
        Deflate,
    }

    [Theory]
    [InlineData(Packing.Gzip, 10)]
    [InlineData(Packing.Gzip, Limit)]
    [InlineData(Packing.Zlib, 50_000)]
    [InlineData(Packing.Deflate, 50_000)]
    public void Inflate_PackedBytes_ComeBack(Packing packing, int bytes)
    {
        byte[] data = Noise(bytes);
        var inflater = new PayloadInflater(Limit);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(DecodeFault.None, inflater.Inflate(Compression(packing), Pack(packing, data), out ReadOnlySpan<byte> unpacked));
            Assert.Equal(data, unpacked.ToArray());
        }
    }

    [Theory]
    [InlineData(Packing.Gzip)]
    [InlineData(Packing.Zlib)]
    [InlineData(Packing.Deflate)]
    public void Inflate_Bomb_EndsAtTheLimit(Packing packing)
    {
        byte[] bomb = Pack(packing, new byte[50_000_000]);
        Assert.True(bomb.Length < 50_000_000 / 100);
        var inflater = new PayloadInflater(Limit);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(DecodeFault.TooManySamples, inflater.Inflate(Compression(packing), bomb, out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10 * Limit);
    }

    [Theory]
    [InlineData(Packing.Gzip)]
    [InlineData(Packing.Zlib)]
    [InlineData(Packing.Deflate)]
    public void Inflate_CutShort_IsNoSuccess(Packing packing)
    {
        byte[] packed = Pack(packing, Noise(1000));
        var inflater = new PayloadInflater(Limit);
        for (int length = 1; length < packed.Length - 8; length += 7)
        {
            DecodeFault fault = inflater.Inflate(Compression(packing), packed.AsSpan(0, length), out _);
            Assert.True(fault == DecodeFault.BadCompression, $"{length} of {packed.Length} bytes: {fault}");
        }
    }

    [Theory]
    [InlineData("", DecodeFault.Empty)]
    [InlineData("0102030405", DecodeFault.BadCompression)]
    public void Inflate_NotPacked_IsAFault(string hex, DecodeFault expected) =>
        Assert.Equal(expected, new PayloadInflater(Limit).Inflate(PayloadCompression.Gzip, Convert.FromHexString(hex), out _));

    internal static byte[] Pack(Packing packing, byte[] data)
    {
        using var packed = new MemoryStream();
        using (Stream stream = packing switch
        {
            Packing.Gzip => new GZipStream(packed, CompressionLevel.Fastest),
            Packing.Zlib => new ZLibStream(packed, CompressionLevel.Fastest),
            _ => new DeflateStream(packed, CompressionLevel.Fastest),
        })
        {
            stream.Write(data);
        }

        return packed.ToArray();
    }

    private static PayloadCompression Compression(Packing packing) => packing == Packing.Gzip ? PayloadCompression.Gzip : PayloadCompression.Deflate;

    private static byte[] Noise(int bytes)
    {
        byte[] data = new byte[bytes];
        new Random(1).NextBytes(data);
        return data;
    }
}
