using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Thrum.Detector.Samples;

namespace Thrum.Ingest.Topics;

/// <summary>
/// A topic pattern such as <c>vibration/{machine}/{sensor}/{axis}</c>: each placeholder is one whole, non-empty level.
/// <c>{machine}</c> is mandatory; an absent <c>{sensor}</c> or <c>{axis}</c> means <see cref="AxisId.Default"/>; a level <c>+</c>
/// and a trailing <c>#</c> are matched and ignored. A leading <c>$share/group/</c> is part of the subscription only. Immutable.
/// </summary>
public sealed class TopicTemplate
{
    private readonly Level[] _levels;
    private readonly bool _openEnded;

    private TopicTemplate(string text, string filter, Level[] levels, bool openEnded)
    {
        Text = text;
        Filter = filter;
        _levels = levels;
        _openEnded = openEnded;
    }

    private enum Part
    {
        Literal,
        Ignored,
        Machine,
        Sensor,
        Axis,
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>The MQTT subscription filter: placeholders become <c>+</c>.</summary>
    public string Filter { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">The text is not a template; the message says what is wrong and what is expected.</exception>
    public static TopicTemplate Parse(string text) =>
        TryParse(text, out TopicTemplate? template, out string? fault) ? template : throw new FormatException(fault);

    /// <summary>Reads a template; otherwise <paramref name="fault"/> is a sentence with the text, what is wrong and what is expected.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out TopicTemplate? template, [NotNullWhen(false)] out string? fault)
    {
        template = null;
        string body = WithoutShare(text ?? "");
        string[] parts = body.Split('/');
        bool openEnded = parts[^1] == "#";
        List<Level> levels = [];
        fault = null;
        foreach (string part in openEnded ? parts[..^1] : parts)
        {
            fault ??= AddLevel(levels, part);
        }

        if (fault is null && !levels.Exists(level => level.Part == Part.Machine))
        {
            fault = "{machine} is missing";
        }

        if (fault is null && Encoding.UTF8.GetByteCount(text!) > ushort.MaxValue)
        {
            fault = "it is longer than 65535 bytes";
        }

        if (fault is not null)
        {
            fault = $"topic template \"{text}\": {fault}; expected levels like \"vibration/{{machine}}/{{sensor}}/{{axis}}\"";
            return false;
        }

        string filter = string.Join('/', parts.Select(part => part.StartsWith('{') ? "+" : part));
        template = new TopicTemplate(text!, text![..^body.Length] + filter, [.. levels], openEnded);
        return true;
    }

    /// <summary>
    /// Matches a topic and names its source. Allocates the three strings, so callers keep the result by topic bytes
    /// (<see cref="TopicTable{T}"/>). False also where a name is empty or longer than <see cref="AxisId.MaxNameBytes"/>, or the topic is not UTF-8.
    /// </summary>
    public bool TryMatch(
        ReadOnlySpan<byte> topicUtf8,
        [NotNullWhen(true)] out string? machine,
        [NotNullWhen(true)] out string? sensor,
        [NotNullWhen(true)] out string? axis)
    {
        machine = sensor = axis = null;
        if (!Utf8.IsValid(topicUtf8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = topicUtf8;
        bool ended = false;
        foreach (Level level in _levels)
        {
            if (ended)
            {
                return false;
            }

            ReadOnlySpan<byte> value = NextLevel(ref rest, out ended);
            if (level.Part == Part.Literal ? !value.SequenceEqual(level.Utf8) : level.Part != Part.Ignored && value.Length is 0 or > AxisId.MaxNameBytes)
            {
                return false;
            }

            Keep(level.Part, value, ref machine, ref sensor, ref axis);
        }

        sensor ??= AxisId.Default;
        axis ??= AxisId.Default;
        return machine is not null && (ended || _openEnded);
    }

    /// <summary>The template as written.</summary>
    public override string ToString() => Text;

    private static void Keep(Part part, ReadOnlySpan<byte> value, ref string? machine, ref string? sensor, ref string? axis)
    {
        switch (part)
        {
            case Part.Machine:
                machine = Encoding.UTF8.GetString(value);
                break;
            case Part.Sensor:
                sensor = Encoding.UTF8.GetString(value);
                break;
            case Part.Axis:
                axis = Encoding.UTF8.GetString(value);
                break;
        }
    }

    private static ReadOnlySpan<byte> NextLevel(ref ReadOnlySpan<byte> rest, out bool ended)
    {
        int slash = rest.IndexOf((byte)'/');
        ended = slash < 0;
        ReadOnlySpan<byte> level = ended ? rest : rest[..slash];
        rest = ended ? [] : rest[(slash + 1)..];
        return level;
    }

    private static string WithoutShare(string text)
    {
        int group = text.StartsWith("$share/", StringComparison.Ordinal) ? text.IndexOf('/', "$share/".Length) : -1;
        return group < 0 ? text : text[(group + 1)..];
    }

    private static string? AddLevel(List<Level> levels, string text)
    {
        Part part = text switch
        {
            "+" => Part.Ignored,
            "{machine}" => Part.Machine,
            "{sensor}" => Part.Sensor,
            "{axis}" => Part.Axis,
            _ => Part.Literal,
        };
        if (part == Part.Literal && text.AsSpan().IndexOfAny("+#{}\0") >= 0)
        {
            return $"level \"{text}\" is neither plain text, +, a final # nor one of {{machine}}, {{sensor}}, {{axis}}";
        }

        if (part > Part.Ignored && levels.Exists(level => level.Part == part))
        {
            return $"{text} appears twice";
        }

        levels.Add(new Level(part, Encoding.UTF8.GetBytes(text)));
        return null;
    }

    private sealed record Level(Part Part, byte[] Utf8);
}
