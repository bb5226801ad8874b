namespace Thrum.Ingest.Recordings;

/// <summary>Takes tagged elements off a stream, from front to back.</summary>
/// <param name="source">For messages.</param>
/// <param name="stream">Stands at the first tag.</param>
/// <param name="isBigEndian">Byte order of the file.</param>
/// <param name="length">Bytes that the elements have together, as what holds them says.</param>
internal sealed class MatElements(RecordingSource source, Stream stream, bool isBigEndian, long length)
{
    private int _padding;

    /// <summary>Bytes taken so far: behind a tag, where its data begin.</summary>
    public long Position { get; private set; }

    public bool IsBigEndian { get; } = isBigEndian;

    /// <summary>The next element's tag. All data of the one before have been taken.</summary>
    /// <exception cref="RecordingException">There is no whole tag, or it claims more bytes than there are.</exception>
    public MatElement Next()
    {
        Take(stackalloc byte[(int)Math.Min(_padding, length - Position)]);
        long left = length - Position;
        if (left < 8)
        {
            throw source.Fault("an element's tag of 8 bytes", $"{left} bytes");
        }

        MatElement element = Tag(left);
        _padding = (int)(element.Bytes - element.TagBytes - element.Length);
        return element;
    }

    /// <summary>Data, or as many of them as wanted, of the element whose tag was read last.</summary>
    public void Take(Span<byte> data)
    {
        stream.ReadExactly(data);
        Position += data.Length;
    }

    /// <summary>All data of an element that describes a variable, which are few.</summary>
    /// <exception cref="RecordingException">They are not.</exception>
    public byte[] Description(MatElement element)
    {
        const int most = 4096;
        byte[] data = element.Length <= most ? new byte[element.Length] : throw source.Fault($"at most {most} bytes of a variable's name or dimensions", $"{element.Length} bytes");
        Take(data);
        return data;
    }

    private MatElement Tag(long left)
    {
        Span<byte> word = stackalloc byte[4];
        Take(word);
        uint first = MatElement.ReadUInt32(word, IsBigEndian);

        // Up to four bytes are packed into the tag itself, their count in its upper half.
        if (first >> 16 is > 0 and var packed)
        {
            return packed <= 4 ? new MatElement((int)(first & 0xFFFF), packed, 4) : throw source.Fault("at most 4 bytes in a packed element", $"{packed}");
        }

        Take(word);
        uint bytes = MatElement.ReadUInt32(word, IsBigEndian);
        return bytes <= left - 8 ? new MatElement((int)first, bytes, 8) : throw source.Fault($"{bytes} bytes in an element of type {first}", $"{left - 8} bytes");
    }
}
