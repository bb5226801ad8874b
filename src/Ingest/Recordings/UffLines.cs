using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Thrum.Ingest.Recordings;

/// <summary>The lines of a universal file, and the bytes between them. A dataset stands between two lines of −1 in the first six columns.</summary>
internal sealed class UffLines(RecordingSource source, byte[] bytes)
{
    private int _at;

    /// <summary>Goes to the first line of the next dataset, its number and, of a binary one, its layout; false at the end of the file.</summary>
    public bool TryNextDataset(out string kind)
    {
        kind = "";
        while (TryLine(out string line))
        {
            if (IsMark(line))
            {
                return TryLine(out kind) ? true : throw source.Fault("a dataset's number behind -1", "the end of the file");
            }
        }

        return false;
    }

    /// <summary>Goes behind the dataset's end.</summary>
    public void SkipDataset()
    {
        while (!IsMark(Line("-1 at the end of a dataset")))
        {
            // Nothing of it is wanted.
        }
    }

    /// <summary>The next line, in columns; what is not ASCII is kept one column wide.</summary>
    public string Line(string expected) => TryLine(out string line) ? line : throw source.Fault(expected, "the end of the file");

    /// <summary>The next line of numbers, or null at the dataset's end.</summary>
    public string? Numbers()
    {
        string line = Line("-1 at the end of a dataset");
        return IsMark(line) ? null : line;
    }

    /// <summary>So many bytes as they are.</summary>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > bytes.Length - _at)
        {
            throw source.Fault($"{count} bytes of numbers", $"{bytes.Length - _at} bytes");
        }

        ReadOnlySpan<byte> taken = bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    /// <summary>A number in a line's columns; null where they are blank or no number.</summary>
    public static double? Number(string line, int start, int width)
    {
        ReadOnlySpan<char> field = line.AsSpan(Math.Min(start, line.Length));
        field = field[..Math.Min(width, field.Length)].Trim();
        Span<char> digits = stackalloc char[32];
        if (field.IsEmpty || field.Length > digits.Length)
        {
            return null;
        }

        // Fortran writes exponents of doubles with a D.
        field.Replace(digits, 'D', 'E');
        return double.TryParse(digits[..field.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    /// <summary>The text in a line's columns, without blanks around it; UTF-8 where it is that, else Latin-1.</summary>
    public static string Text(string line, int start, int width)
    {
        string field = start >= line.Length ? "" : line.Substring(start, Math.Min(width, line.Length - start)).Trim();
        byte[] stored = Encoding.Latin1.GetBytes(field);
        return Utf8.IsValid(stored) ? Encoding.UTF8.GetString(stored) : field;
    }

    private static bool IsMark(string line) => line.Length >= 6 && line.AsSpan(0, 6).SequenceEqual("    -1") && line.AsSpan(6).Trim().IsEmpty;

    private bool TryLine(out string line)
    {
        line = "";
        if (_at >= bytes.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(_at);
        int end = rest.IndexOf((byte)'\n');
        line = Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]).TrimEnd('\r');
        _at += end < 0 ? rest.Length : end + 1;
        return true;
    }
}
