using System.Buffers.Binary;

namespace Thrum.Ingest.Sparkplug;

/// <summary>Wire types of Protocol Buffers; groups are not taken.</summary>
internal enum ProtoType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Reads the fields of a Protocol Buffers message in order. It allocates nothing, because a generated class makes an object of
/// some hundred bytes out of two, which a payload may repeat a million times.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>How it is written.</summary>
    public ProtoType Type { get; private set; }

    /// <summary>Its number, or the bits of its float.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where its bytes begin in the message.</summary>
    public int Start { get; private set; }

    /// <summary>Its text, bytes or message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Type == ProtoType.Bytes ? _bytes.Slice(Start, (int)Number) : default;

    /// <summary>True once something was found that is no Protocol Buffers message.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads the next field; false at the end, and where it is malformed.</summary>
    public bool TryRead()
    {
        if (_at == _bytes.Length)
        {
            return false;
        }

        IsMalformed = !TryVarint(out ulong key) || key >> 3 is 0 or > int.MaxValue || !TryValue((ProtoType)(key & 7));
        Field = (int)(key >> 3);
        return !IsMalformed;
    }

    private bool TryValue(ProtoType type)
    {
        Type = type;
        int left = _bytes.Length - _at;
        switch (type)
        {
            case ProtoType.Varint:
                bool isVarint = TryVarint(out ulong number);
                Number = number;
                return isVarint;
            case ProtoType.Fixed64 when left >= 8:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
                _at += 8;
                return true;
            case ProtoType.Fixed32 when left >= 4:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[_at..]);
                _at += 4;
                return true;
            case ProtoType.Bytes when TryVarint(out ulong length) && length <= (ulong)(_bytes.Length - _at):
                (Number, Start) = (length, _at);
                _at += (int)length;
                return true;
            default:
                return false;
        }
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && _at < _bytes.Length; shift += 7)
        {
            byte next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
