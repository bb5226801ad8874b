namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>A packet's fixed header.</summary>
/// <param name="First">Type and flags.</param>
/// <param name="Size">Bytes of the fixed header, 2 to 5.</param>
/// <param name="BodyLength">The remaining length: bytes after the fixed header.</param>
internal readonly record struct FrameHeader(byte First, int Size, int BodyLength)
{
    public const int MaxSize = 5;

    /// <summary>Reads a header; false: more bytes are needed.</summary>
    /// <exception cref="MqttProtocolException">The remaining length is longer than four bytes.</exception>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        int length = 0;
        for (int i = 1; i < bytes.Length; i++)
        {
            byte b = bytes[i];
            length |= (b & 0x7F) << (7 * (i - 1));
            if (b < 0x80)
            {
                header = new FrameHeader(bytes[0], i + 1, length);
                return true;
            }

            if (i == MaxSize - 1)
            {
                throw new MqttProtocolException("the remaining length is longer than four bytes");
            }
        }

        header = default;
        return false;
    }
}

/// <summary>One packet as it lies in the receive buffer, valid until the next one is read.</summary>
/// <param name="first">Type and flags.</param>
/// <param name="body">The bytes after the fixed header; of an oversized packet only the beginning.</param>
/// <param name="bodyLength">The packet's remaining length.</param>
internal readonly ref struct Frame(byte first, ReadOnlySpan<byte> body, int bodyLength)
{
    public PacketType Type => (PacketType)(first >> 4);

    public int Flags => first & 0x0F;

    public ReadOnlySpan<byte> Body { get; } = body;

    public int BodyLength { get; } = bodyLength;

    public bool IsOversized => Body.Length < BodyLength;
}
