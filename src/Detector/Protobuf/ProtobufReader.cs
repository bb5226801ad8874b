using System.Buffers.Binary;

namespace Thrum.Detector.Protobuf;

/// <summary>
/// Walks the fields of one Protocol Buffers message in place, in their order; every length is checked against what is left. It allocates nothing, because a
/// generated class makes an object of some hundred bytes out of two, which a hostile message may repeat a million times.
/// </summary>
/// <param name="message">The message; read where it is.</param>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MostFieldNumber = (1 << 29) - 1;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _fieldStart;
    private int _at;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>How it is written.</summary>
    public WireType Type { get; private set; }

    /// <summary>Its number, or the bits of its float; 0 where <see cref="Content"/> is what it holds.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where its value begins in the message, in bytes: behind the tag, and behind the length where there is one.</summary>
    public int Start { get; private set; }

    /// <summary>Its text, bytes, message or packed list; empty for other types.</summary>
    public readonly ReadOnlySpan<byte> Content => Type == WireType.Bytes ? _message[Start.._at] : default;

    /// <summary>The field as it stands in the message, its tag included.</summary>
    public readonly ReadOnlySpan<byte> Raw => _message[_fieldStart.._at];

    /// <summary>What should have come where the message is malformed, in words; null while it is well formed.</summary>
    public string? Missing { get; private set; }

    /// <summary>True once something was found that is no Protocol Buffers message.</summary>
    public readonly bool IsMalformed => Missing is not null;

    /// <summary>True while there are bytes left.</summary>
    public readonly bool HasMore => _at < _message.Length;

    /// <summary>Moves to the next field; false at the end, and where the message is malformed.</summary>
    public bool TryRead()
    {
        if (!HasMore || IsMalformed)
        {
            return false;
        }

        _fieldStart = _at;
        if (!TryReadVarint(out ulong tag))
        {
            return false;
        }

        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Type = (WireType)(tag & 7);
        Number = 0;
        Start = _at;
        return Field is > 0 and <= MostFieldNumber ? TryReadValue() : Fails("a field number");
    }

    /// <summary>Reads a number that has no tag, as those of a packed list; false where the message is malformed.</summary>
    public bool TryReadVarint(out ulong number)
    {
        number = 0;
        for (int shift = 0; shift < 64 && HasMore; shift += 7)
        {
            byte next = _message[_at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return Fails("a number");
    }

    private bool TryReadValue()
    {
        switch (Type)
        {
            case WireType.Varint:
                bool isNumber = TryReadVarint(out ulong number);
                Number = number;
                return isNumber;
            case WireType.Fixed64:
                Number = TrySkip(sizeof(ulong)) ? BinaryPrimitives.ReadUInt64LittleEndian(_message[Start..]) : 0;
                return !IsMalformed;
            case WireType.Fixed32:
                Number = TrySkip(sizeof(uint)) ? BinaryPrimitives.ReadUInt32LittleEndian(_message[Start..]) : 0;
                return !IsMalformed;
            case WireType.Bytes:
                bool isLength = TryReadVarint(out ulong length);
                Start = _at;
                return isLength && TrySkip(length);
            default:
                return Fails("a wire type");
        }
    }

    private bool TrySkip(ulong count)
    {
        if (count > (ulong)(_message.Length - _at))
        {
            return Fails("all bytes of a field");
        }

        _at += (int)count;
        return true;
    }

    private bool Fails(string missing)
    {
        Missing = missing;
        return false;
    }
}
