using System.Buffers.Binary;
using System.IO.Compression;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// Unpacks compressed payloads into memory of its own, which grows up to a limit and is used again: a small message that unpacks to
/// gigabytes ends at the limit. Not thread-safe.
/// </summary>
/// <param name="maxBytes">Most bytes that a message may unpack to.</param>
internal sealed class PayloadInflater(int maxBytes)
{
    private const int FirstBytes = 16 * 1024;


    private byte[] _input = [];
    private byte[] _output = [];

    /// <summary>Unpacks a message.</summary>
    /// <param name="compression">gzip or deflate.</param>
    /// <param name="payload">The packed bytes.</param>
    /// <param name="unpacked">The result, valid until the next call.</param>
    /// <returns><see cref="DecodeFault.None"/>, <see cref="DecodeFault.BadCompression"/>, or <see cref="DecodeFault.TooManySamples"/> beyond the limit.</returns>
    public DecodeFault Inflate(PayloadCompression compression, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> unpacked)
    {
        unpacked = default;
        if (payload.IsEmpty)
        {
            return DecodeFault.Empty;
        }

        if (_input.Length < payload.Length)
        {
            _input = new byte[payload.Length];
        }

        payload.CopyTo(_input);
        using var packed = new PackedStream(_input, payload.Length);
        using Stream source = Open(compression, payload, packed);
        int length = 0;
        try
        {
            while (true)
            {
                if (length == _output.Length && !TryGrow())
                {
                    return source.ReadByte() >= 0 ? DecodeFault.TooManySamples
                        : IsWhole(compression, packed, payload, length) ? Done(length, out unpacked) : DecodeFault.BadCompression;
                }

                int read = source.Read(_output, length, _output.Length - length);
                if (read == 0)
                {
                    return IsWhole(compression, packed, payload, length) ? Done(length, out unpacked) : DecodeFault.BadCompression;
                }

                length += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The second is what the decoder throws at a preset dictionary.
            return DecodeFault.BadCompression;
        }
    }

    private static Stream Open(PayloadCompression compression, ReadOnlySpan<byte> payload, MemoryStream packed)
    {
        if (compression == PayloadCompression.Gzip)
        {
            return new GZipStream(packed, CompressionMode.Decompress);
        }

        // RFC 1950, 2.2: method 8, and the first two bytes a multiple of 31.
        bool isZlib = payload.Length > 2 && (payload[0] & 15) == 8 && ((payload[0] << 8) | payload[1]) % 31 == 0;
        return isZlib ? new ZLibStream(packed, CompressionMode.Decompress) : new DeflateStream(packed, CompressionMode.Decompress);
    }

    /// <summary>
    /// The decoder takes bytes that were cut short for the end. gzip says its length in its last four bytes (RFC 1952, 2.3.1); of the
    /// others the decoder asks for more than there is only when the end has not come.
    /// </summary>
    private static bool IsWhole(PayloadCompression compression, PackedStream packed, ReadOnlySpan<byte> payload, int length) =>
        compression == PayloadCompression.Gzip
            ? payload.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(payload[^4..]) == (uint)length
            : !packed.IsExhausted;

    private bool TryGrow()
    {
        if (_output.Length >= maxBytes)
        {
            return false;
        }

        Array.Resize(ref _output, (int)Math.Min(maxBytes, Math.Max(FirstBytes, _output.Length * 2L)));
        return true;
    }

    private DecodeFault Done(int length, out ReadOnlySpan<byte> unpacked)
    {
        unpacked = _output.AsSpan(0, length);
        return length == 0 ? DecodeFault.Empty : DecodeFault.None;
    }

    /// <summary>Remembers whether somebody asked for more than there is.</summary>
    private sealed class PackedStream(byte[] bytes, int length) : MemoryStream(bytes, 0, length, writable: false)
    {
        public bool IsExhausted { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            IsExhausted |= Position == Length;
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            IsExhausted |= Position == Length;
            return base.Read(buffer);
        }
    }
}
