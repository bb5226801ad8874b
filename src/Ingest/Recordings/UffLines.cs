using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Thrum.Ingest.Recordings;

/// <summary>The lines of a universal file, read as they are asked for. A dataset stands between two lines of −1 in the first six columns.</summary>
internal sealed class UffLines(RecordingSource source, Stream file)
{
    // Lines have 80 columns; those of something else that are longer are stepped over.
    private const int MostLineBytes = 1 << 16;

    private readonly byte[] _buffer = new byte[MostLineBytes];
    private long _bufferAt;
    private int _start;
    private int _end;

    /// <summary>Where the next line begins.</summary>
    public long Position => _bufferAt + _start;

    /// <summary>Goes to a byte of the file.</summary>
    public void Seek(long position) => (_bufferAt, _start, _end) = position >= _bufferAt && position <= _bufferAt + _end
        ? (_bufferAt, (int)(position - _bufferAt), _end)
        : (position, 0, 0);

    /// <summary>Goes to the first line of the next dataset, its number and, of a binary one, its layout; false at the end of the file.</summary>
    public bool TryNextDataset(out string kind)
    {
        kind = "";
        while (TryLine(out ReadOnlyMemory<byte> line, out bool isTooLong))
        {
            if (!isTooLong && IsMark(line.Span))
            {
                kind = Encoding.Latin1.GetString(Line("a dataset's number behind -1").Span);
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes behind the dataset's end.</summary>
    public void SkipDataset()
    {
        ReadOnlyMemory<byte> line;
        bool isTooLong;
        do
        {
            if (!TryLine(out line, out isTooLong))
            {
                throw source.Fault("-1 at the end of a dataset", "the end of the file");
            }
        }
        while (isTooLong || !IsMark(line.Span));
    }

    /// <summary>The next line without its end, valid until the next call; a byte is a column.</summary>
    public ReadOnlyMemory<byte> Line(string expected)
    {
        if (!TryLine(out ReadOnlyMemory<byte> line, out bool isTooLong))
        {
            throw source.Fault(expected, "the end of the file");
        }

        return isTooLong ? throw source.Fault($"lines of at most {MostLineBytes} bytes in a dataset 58", "a longer one") : line;
    }

    /// <summary>The next line of numbers; false at the dataset's end.</summary>
    public bool TryNumbers(out ReadOnlyMemory<byte> line)
    {
        line = Line("-1 at the end of a dataset");
        return !IsMark(line.Span);
    }

    /// <summary>Steps over so many bytes as they are.</summary>
    public void Skip(long count)
    {
        long left = file.Length - Position;
        if (count < 0 || count > left)
        {
            throw source.Fault($"{count} bytes of numbers", $"{left} bytes");
        }

        Seek(Position + count);
    }

    /// <summary>A number in a line's columns; null where they are blank or no number.</summary>
    public static double? Number(ReadOnlySpan<byte> line, int start, int width)
    {
        ReadOnlySpan<byte> field = Field(line, start, width);
        Span<byte> digits = stackalloc byte[32];
        if (field.IsEmpty || field.Length > digits.Length)
        {
            return null;
        }

        // Fortran writes exponents of doubles with a D.
        field.Replace(digits, (byte)'D', (byte)'E');
        return double.TryParse(digits[..field.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    /// <summary>The text in a line's columns, without blanks around it; UTF-8 where it is that, else Latin-1.</summary>
    public static string Text(ReadOnlySpan<byte> line, int start, int width)
    {
        ReadOnlySpan<byte> field = Field(line, start, width);
        return (Utf8.IsValid(field) ? Encoding.UTF8 : Encoding.Latin1).GetString(field);
    }

    /// <summary>A line's columns without blanks around them, as far as there are any.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int start, int width)
    {
        ReadOnlySpan<byte> field = line[Math.Min(start, line.Length)..];
        field = field[..Math.Min(width, field.Length)];
        return field[Ascii.Trim(field)];
    }

    private static bool IsMark(ReadOnlySpan<byte> line) => line.StartsWith("    -1"u8) && Field(line, 6, line.Length).IsEmpty;

    /// <summary>The next line, or the last of it where it is too long; false at the end of the file.</summary>
    private bool TryLine(out ReadOnlyMemory<byte> line, out bool isTooLong)
    {
        isTooLong = false;
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0 && Fill(ref isTooLong))
        {
            // Until the line is there whole, or its rest where it is too long.
        }

        int length = end < 0 ? _end - _start : end;
        line = new ReadOnlyMemory<byte>(_buffer, _start, length).TrimEnd((byte)'\r');
        bool isThere = isTooLong || _start < _end;
        _start = Math.Min(_end, _start + length + 1);
        return isThere;
    }

    /// <summary>Reads on behind what is in the buffer, which is dropped where it fills it; false at the end of the file.</summary>
    private bool Fill(ref bool isTooLong)
    {
        bool isFull = _end - _start == _buffer.Length;
        isTooLong |= isFull;
        int kept = isFull ? 0 : _end - _start;
        _buffer.AsSpan(_end - kept, kept).CopyTo(_buffer);
        (_bufferAt, _start, _end) = (_bufferAt + _end - kept, 0, kept);
        file.Position = _bufferAt + _end;
        int read = file.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
