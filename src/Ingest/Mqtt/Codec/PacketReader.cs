using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>Reads MQTT's field types from a packet's body. Reading past the end or bad text is a <see cref="MqttProtocolException"/>.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A two-byte length and that many bytes.</summary>
    public ReadOnlySpan<byte> ReadBinary() => Take(ReadUInt16());

    /// <summary>UTF-8 text, checked; it may not hold U+0000 [MQTT-1.5.4-2].</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        ReadOnlySpan<byte> text = ReadBinary();
        return Utf8.IsValid(text) && !text.Contains((byte)0) ? text : throw new MqttProtocolException("text is not valid UTF-8");
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadText());

    /// <summary>A variable byte integer: up to four bytes of seven bits.</summary>
    public int ReadVariable()
    {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            byte b = ReadByte();
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new MqttProtocolException("a variable byte integer is longer than four bytes");
    }

    /// <summary>The property block, without its length.</summary>
    public ReadOnlySpan<byte> ReadProperties() => Take(ReadVariable());

    /// <summary>The property block, checked, so that later walks over it cannot fail.</summary>
    /// <exception cref="MqttProtocolException">A property is malformed, is not among those <paramref name="allowed"/>, or comes twice.</exception>
    public ReadOnlySpan<byte> ReadProperties(ulong allowed)
    {
        ReadOnlySpan<byte> properties = ReadProperties();
        PropertySet.Check(properties, allowed);
        return properties;
    }

    public void ExpectEnd(PacketType type)
    {
        if (!_rest.IsEmpty)
        {
            throw new MqttProtocolException($"{_rest.Length} bytes too many in {type}");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            ThrowShort();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static void ThrowShort() => throw new MqttProtocolException("a packet ends inside a field");
}
