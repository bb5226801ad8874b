using System.Globalization;
using System.Text;

namespace Thrum.Sink.Tests.Support;

/// <summary>
/// A point read back from line protocol, by the rules of InfluxDB 1.x: a backslash escapes only the sign that would end the item;
/// inside quotes it escapes a quote or a backslash.
/// </summary>
internal sealed record LinePoint(string Measurement, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, object> Fields, long TimeUnixNs)
{
    public static IReadOnlyList<LinePoint> ParseAll(ReadOnlySpan<byte> bytes) =>
        [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    public static LinePoint Parse(string line)
    {
        int at = 0;
        string measurement = ReadUntil(line, ref at, ", ");
        Dictionary<string, string> tags = [];
        while (line[at] == ',')
        {
            at++;
            string key = ReadUntil(line, ref at, "=");
            at++;
            tags.Add(key, ReadUntil(line, ref at, ", "));
        }

        Dictionary<string, object> fields = [];
        do
        {
            at++;
            string key = ReadUntil(line, ref at, "=");
            at++;
            fields.Add(key, ReadValue(line, ref at));
        }
        while (line[at] == ',');

        return new LinePoint(measurement, tags, fields, long.Parse(line[(at + 1)..], CultureInfo.InvariantCulture));
    }

    private static string ReadUntil(string line, ref int at, string ends)
    {
        StringBuilder text = new();
        while (at < line.Length && !ends.Contains(line[at]))
        {
            if (line[at] == '\\' && at + 1 < line.Length && ",= ".Contains(line[at + 1]))
            {
                at++;
            }

            text.Append(line[at++]);
        }

        if (text.Length == 0)
        {
            throw new FormatException($"Empty name at {at} of: {line}");
        }

        return text.ToString();
    }

    private static object ReadValue(string line, ref int at)
    {
        if (line[at] == '"')
        {
            return ReadQuoted(line, ref at);
        }

        int start = at;
        while (line[at] is not (',' or ' '))
        {
            at++;
        }

        string text = line[start..at];
        return text switch
        {
            "t" => true,
            "f" => false,
            [.., 'i'] => long.Parse(text[..^1], CultureInfo.InvariantCulture),
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    private static string ReadQuoted(string line, ref int at)
    {
        StringBuilder text = new();
        for (at++; line[at] != '"'; at++)
        {
            if (line[at] == '\\' && line[at + 1] is '"' or '\\')
            {
                at++;
            }

            text.Append(line[at]);
        }

        at++;
        return text.ToString();
    }
}
