namespace Thrum.Ingest.Recordings;

/// <summary>The numbers of one function of a universal file, from front to back.</summary>
internal interface IUffNumbers
{
    /// <summary>The next numbers, as many as there is room for; fewer at the end only, where it gives 0.</summary>
    /// <exception cref="RecordingException">There are fewer than the header says, or something else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    int Read(Span<double> numbers);
}

/// <summary>Numbers in columns of text.</summary>
/// <param name="source">For messages.</param>
/// <param name="lines">Stands at the first line of numbers, and is read by nobody else meanwhile.</param>
/// <param name="layout">What the function's header says.</param>
internal sealed class UffText(RecordingSource source, UffLines lines, UffLayout layout) : IUffNumbers
{
    private ReadOnlyMemory<byte> _line;
    private int _column;
    private long _read;

    public int Read(Span<double> numbers)
    {
        int count = 0;
        while (count < numbers.Length && _read < layout.Numbers)
        {
            ReadOnlySpan<byte> line = _line.Span;
            int width = layout.WidthOf(_read);
            if (UffLines.Field(line, _column, width).IsEmpty)
            {
                _line = lines.TryNumbers(out ReadOnlyMemory<byte> next) ? next : throw source.Fault($"{layout.Numbers} numbers", $"{_read}");
                _column = 0;
                continue;
            }

            numbers[count++] = UffLines.Number(line, _column, width)
                ?? throw source.Fault($"a number in columns {_column + 1} to {_column + width}", $"'{UffLines.Text(line, _column, width)}'");
            _column += width;
            _read++;
        }

        return count;
    }
}

/// <summary>Numbers as a machine stores them.</summary>
/// <param name="bytes">All of them and nothing else.</param>
/// <param name="layout">What the function's header says.</param>
/// <param name="isBigEndian">Their byte order.</param>
internal sealed class UffBinary(Stream bytes, UffLayout layout, bool isBigEndian) : IUffNumbers
{
    private byte[] _block = [];
    private long _read;

    public int Read(Span<double> numbers)
    {
        int count = (int)Math.Min(numbers.Length, layout.Numbers - _read), size = layout.Kind.Size();
        _block = _block.Length >= count * size ? _block : new byte[count * size];
        bytes.ReadExactly(_block.AsSpan(0, count * size));
        for (int i = 0; i < count; i++)
        {
            numbers[i] = SampleCodec.One(_block.AsSpan(i * size, size), layout.Kind, isBigEndian);
        }

        _read += count;
        return count;
    }
}
