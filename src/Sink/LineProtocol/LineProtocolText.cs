using System.Buffers;
using System.Text;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// Encodes the parts of a line that do not change from point to point, once. Escaping is what InfluxDB 1, 2, 3 and
/// VictoriaMetrics read alike: a comma, space or equals sign is preceded by a backslash; where they disagree (a backslash in
/// front of such a sign, of another backslash or at the end; control characters) the text is changed, see <see cref="AppendEscaped"/>.
/// </summary>
internal static class LineProtocolText
{
    /// <summary>Signs of a tag or field key or a tag value that need a backslash; a measurement's equals sign may have one too.</summary>
    private const string Special = ",= ";

    private static readonly SearchValues<char> QuotedSpecial = SearchValues.Create("\"\\\n\r");

    /// <summary>
    /// Measurement and tags. Tags are written in the order given (sorted by key costs the server least); one with an empty
    /// value is left out, as the protocol cannot express it.
    /// </summary>
    public static byte[] Series(string measurement, params ReadOnlySpan<(string Key, string Value)> tags)
    {
        StringBuilder text = new();
        AppendEscaped(text, measurement);
        foreach ((string key, string value) in tags)
        {
            if (value.Length > 0)
            {
                text.Append(',');
                AppendEscaped(text, key);
                text.Append('=');
                AppendEscaped(text, value);
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A field key and its equals sign.</summary>
    public static byte[] FieldKey(string key)
    {
        StringBuilder text = new();
        AppendEscaped(text, key);
        return Encoding.UTF8.GetBytes(text.Append('=').ToString());
    }

    /// <summary>A field of type string, key and value.</summary>
    public static byte[] StringField(string key, string value)
    {
        StringBuilder text = new();
        AppendEscaped(text, key);
        return Encoding.UTF8.GetBytes(text.Append("=\"").Append(Quoted(value)).Append('"').ToString());
    }

    /// <summary>
    /// What stands between the quotes of a string value. A line break becomes a space: the protocol has no escape for it, some
    /// servers cut lines before they look at quotes, and one line is one point is what bisecting relies on.
    /// </summary>
    public static string Quoted(string value)
    {
        if (value.AsSpan().IndexOfAny(QuotedSpecial) < 0)
        {
            return value;
        }

        return value.Replace('\n', ' ').Replace('\r', ' ').Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    /// <summary>
    /// Appends a measurement, key or tag value. A control character becomes a space. A backslash becomes a slash where it would
    /// be read as the start of an escape: the protocol cannot express it there.
    /// </summary>
    private static void AppendEscaped(StringBuilder text, string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = char.IsControl(value[i]) ? ' ' : value[i];
            if (Special.Contains(c))
            {
                text.Append('\\').Append(c);
            }
            else if (c == '\\' && (i + 1 == value.Length || value[i + 1] == '\\' || char.IsControl(value[i + 1]) || Special.Contains(value[i + 1])))
            {
                text.Append('/');
            }
            else
            {
                text.Append(c);
            }
        }
    }
}
