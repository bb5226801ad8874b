using System.Buffers.Binary;

namespace Thrum.Ingest.Payloads;

/// <summary>Major types of CBOR (RFC 8949, section 3.1).</summary>
internal enum CborType
{
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Other,
}

/// <summary>The head of a data item: its type and argument.</summary>
/// <param name="Type">Major type.</param>
/// <param name="Argument">Number, length, tag, or the bits of a float.</param>
/// <param name="Info">The five low bits: 31 for indefinite length and for the break code.</param>
internal readonly record struct CborHead(CborType Type, ulong Argument, int Info)
{
    public const int Indefinite = 31;

    public bool IsBreak => Type == CborType.Other && Info == Indefinite;

    /// <summary>A number of any kind; null and undefined are a sample that was not taken.</summary>
    public bool TryNumber(out double value)
    {
        value = Type switch
        {
            CborType.Unsigned => Argument,
            CborType.Negative => -1 - (double)Argument,
            CborType.Other when Info == 25 => (double)BitConverter.UInt16BitsToHalf((ushort)Argument),
            CborType.Other when Info == 26 => BitConverter.UInt32BitsToSingle((uint)Argument),
            CborType.Other when Info == 27 => BitConverter.UInt64BitsToDouble(Argument),
            _ => double.NaN,
        };
        return Type is CborType.Unsigned or CborType.Negative || (Type == CborType.Other && Info is 22 or 23 or 25 or 26 or 27);
    }
}

/// <summary>Reads CBOR items in order; false everywhere means that the bytes are not CBOR, or CBOR that Thrum does not take.</summary>
internal ref struct CborReader(ReadOnlySpan<byte> bytes)
{
    // Nothing that carries samples is nested deeper; a bound keeps crafted nesting from exhausting the stack.
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public readonly bool IsBreakNext => Position < _bytes.Length && _bytes[Position] == 0xFF;

    public bool TryHead(out CborHead head)
    {
        head = default;
        if (Position >= _bytes.Length)
        {
            return false;
        }

        int first = _bytes[Position];
        int info = first & 31;
        int size = info switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (info is 28 or 29 or 30 || _bytes.Length - Position - 1 < size)
        {
            return false;
        }

        ReadOnlySpan<byte> argument = _bytes.Slice(Position + 1, size);
        head = new CborHead((CborType)(first >> 5), size switch
        {
            1 => argument[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(argument),
            4 => BinaryPrimitives.ReadUInt32BigEndian(argument),
            8 => BinaryPrimitives.ReadUInt64BigEndian(argument),
            _ => (ulong)info,
        }, info);
        Position += 1 + size;
        return true;
    }

    /// <summary>The content of a byte or text string whose head was just read, of definite length.</summary>
    public bool TryContent(CborHead head, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (head.Info == CborHead.Indefinite || head.Argument > (ulong)(_bytes.Length - Position))
        {
            return false;
        }

        content = _bytes.Slice(Position, (int)head.Argument);
        Position += content.Length;
        return true;
    }

    /// <summary>Skips a whole item.</summary>
    public bool TrySkip() => TryHead(out CborHead head) && TrySkipRest(head, 0);

    /// <summary>Skips what follows a head.</summary>
    public bool TrySkipRest(CborHead head, int depth = 0)
    {
        switch (head.Type)
        {
            case CborType.Bytes or CborType.Text:
                return TryContent(head, out _);
            case CborType.Tag:
                return depth < MaxDepth && TryHead(out CborHead tagged) && !tagged.IsBreak && TrySkipRest(tagged, depth + 1);
            case CborType.Array or CborType.Map when depth < MaxDepth:
                return TrySkipItems(head, depth);
            default:
                return head.Type is CborType.Unsigned or CborType.Negative || (head.Type == CborType.Other && !head.IsBreak);
        }
    }

    private bool TrySkipItems(CborHead head, int depth)
    {
        bool isIndefinite = head.Info == CborHead.Indefinite;
        ulong items = head.Type == CborType.Map ? head.Argument * 2 : head.Argument;
        // More items than bytes cannot be; also bounds the doubling above.
        if (!isIndefinite && (head.Argument > (ulong)_bytes.Length || items > (ulong)(_bytes.Length - Position)))
        {
            return false;
        }

        for (ulong i = 0; isIndefinite || i < items; i++)
        {
            if (!TryHead(out CborHead item))
            {
                return false;
            }

            if (item.IsBreak)
            {
                return isIndefinite;
            }

            if (!TrySkipRest(item, depth + 1))
            {
                return false;
            }
        }

        return true;
    }
}
