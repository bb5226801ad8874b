using System.Buffers.Text;

namespace Thrum.Ingest.Payloads;

/// <summary>Lines and numbers of text payloads.</summary>
internal static class TextRows
{
    /// <summary>Takes the next line that is not empty off the front, without its end; false: there is none.</summary>
    public static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            line = Trim(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                return true;
            }
        }

        line = default;
        return false;
    }

    /// <summary>Lines that are not empty.</summary>
    public static int CountLines(ReadOnlySpan<byte> text)
    {
        int count = 0;
        while (TryTakeLine(ref text, out _))
        {
            count++;
        }

        return count;
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r"u8);

    /// <summary>Reads a number; <c>NaN</c> and the infinities are numbers too.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        // The parser takes no sign of +.
        ReadOnlySpan<byte> digits = text is [(byte)'+', ..] ? text[1..] : text;
        return Utf8Parser.TryParse(digits, out value, out int used) && used == digits.Length && !digits.IsEmpty;
    }
}
