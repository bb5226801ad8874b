using System.Globalization;
using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>Text of a file as messages have it. Whoever made the file must not steer the reader's terminal, nor fill it.</summary>
internal static class ShownText
{
    // Of twenty axes the names, or of a line the part that matters.
    private const int MostCharacters = 240;

    // The end tells where in the file it is.
    private const int EndCharacters = 80;

    /// <summary>The text without characters that steer, its middle left out where it is long.</summary>
    public static string Of(string text) => Cut(Visible(Cut(text)));

    /// <summary>Escapes what is not drawn: control characters, and those that turn the direction of writing or end a line.</summary>
    public static string Visible(string text)
    {
        if (!text.Any(IsHidden))
        {
            return text;
        }

        StringBuilder visible = new(text.Length + 16);
        foreach (char c in text)
        {
            _ = IsHidden(c) ? visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : visible.Append(c);
        }

        return visible.ToString();
    }

    private static string Cut(string text) =>
        text.Length <= MostCharacters ? text : $"{text.AsSpan(0, MostCharacters - EndCharacters - 1)}…{text.AsSpan(text.Length - EndCharacters)}";

    private static bool IsHidden(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
