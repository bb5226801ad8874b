namespace Thrum.Training.Onnx;

/// <summary>A field of a protobuf message.</summary>
/// <param name="number">Field number.</param>
/// <param name="raw">Tag and value as they stand in the message.</param>
/// <param name="content">The content of a length-delimited field; empty for others.</param>
internal readonly ref struct ProtobufField(int number, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> content)
{
    public int Number { get; } = number;

    public ReadOnlySpan<byte> Raw { get; } = raw;

    public ReadOnlySpan<byte> Content { get; } = content;
}

/// <summary>Walks the fields of one protobuf message, without descending into them.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The next field; false at the end.</summary>
    /// <exception cref="FormatException">A field reaches beyond the message or has an unknown kind.</exception>
    public bool Next(out ProtobufField field)
    {
        field = default;
        if (_at == _message.Length)
        {
            return false;
        }

        int start = _at;
        ulong tag = Varint();
        ulong length = (tag & 7) switch
        {
            0 => 0 * Varint(),
            1 => sizeof(double),
            2 => Varint(),
            5 => sizeof(float),
            _ => throw new FormatException($"expected a protobuf field at byte {start}, found wire type {tag & 7}"),
        };
        if (length > (ulong)(_message.Length - _at))
        {
            throw new FormatException($"expected a protobuf field within {_message.Length} bytes, found one of {length} at byte {start}");
        }

        int content = _at;
        _at += (int)length;
        field = new ProtobufField((int)(tag >> 3), _message[start.._at], (tag & 7) == 2 ? _message[content.._at] : []);
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && _at < _message.Length; shift += 7)
        {
            byte next = _message[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException($"expected a protobuf number before byte {_at}");
    }
}
