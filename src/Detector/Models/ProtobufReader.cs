namespace Thrum.Detector.Models;

/// <summary>Walks the fields of one protobuf message in place; every length is checked against what is left. Allocates nothing.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the field.</summary>
    public int WireType { get; private set; }

    /// <summary>Value of a varint.</summary>
    public ulong Number { get; private set; }

    /// <summary>Content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="FormatException">The message is not well formed.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadVarint();
        Field = tag >> 3 is > 0 and <= 0x1FFF_FFFF and ulong field ? (int)field : throw Malformed("a field number");
        WireType = (int)(tag & 7);
        Content = default;
        Number = 0;
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                Content = Take(8);
                break;
            case Bytes:
                Content = Take(ReadVarint());
                break;
            case Fixed32:
                Content = Take(4);
                break;
            default:
                throw Malformed("a wire type");
        }

        return true;
    }

    /// <summary>Reads one number of a packed list.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Malformed("a number");
    }

    /// <summary>True while a packed list holds more.</summary>
    public readonly bool HasMore => !_rest.IsEmpty;

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw Malformed("all bytes of a field");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private static FormatException Malformed(string expected) => new($"expected an ONNX model, found a file that breaks off or is damaged, where {expected} should be");
}
