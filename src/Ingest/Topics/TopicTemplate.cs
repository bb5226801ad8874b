using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Thrum.Detector.Samples;

namespace Thrum.Ingest.Topics;

/// <summary>
/// A topic pattern such as <c>vibration/{machine}/{sensor}/{axis}</c>: each placeholder is one whole, non-empty level.
/// A name without a placeholder is the one given beside the template, which is mandatory for the machine and else <see cref="AxisId.Default"/>; a level <c>+</c>
/// and a trailing <c>#</c> are matched and ignored: with no placeholder beside them all topics that match are one axis. A leading <c>$share/group/</c> is part of the subscription only. Immutable.
/// </summary>
public sealed class TopicTemplate
{
    private readonly Level[] _levels;
    private readonly bool _openEnded;
    private readonly TopicNames _names;

    private TopicTemplate(string text, string filter, Level[] levels, bool openEnded, in TopicNames names)
    {
        Text = text;
        Filter = filter;
        _levels = levels;
        _openEnded = openEnded;
        _names = names;
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

    /// <summary>True where several topics may match and nothing in them tells them apart: their samples are one axis.</summary>
    public bool IsOneAxisOfSeveralTopics => _levels.All(level => level.Part <= Part.Ignored) && (_openEnded || _levels.Any(level => level.Part == Part.Ignored));

    /// <summary>Reads a template whose levels say all names.</summary>
    /// <exception cref="FormatException">The text is not a template; the message says what is wrong and what is expected.</exception>
    public static TopicTemplate Parse(string text) => Parse(text, TopicNames.None);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="names">The names that its levels do not say.</param>
    /// <exception cref="FormatException">The text is not a template, or a name is said by both or neither; the message says what is wrong and what is expected.</exception>
    public static TopicTemplate Parse(string text, in TopicNames names) =>
        TryParse(text, names, out TopicTemplate? template, out string? fault) ? template : throw new FormatException(fault);

    /// <summary>Reads a template; otherwise <paramref name="fault"/> is a sentence with the text, what is wrong and what is expected.</summary>
    public static bool TryParse(
        string? text, in TopicNames names, [NotNullWhen(true)] out TopicTemplate? template, [NotNullWhen(false)] out string? fault)
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

        fault ??= FaultOf(levels, names);

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
        template = new TopicTemplate(text!, text![..^body.Length] + filter, [.. levels], openEnded, names);
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

        machine ??= _names.Machine;
        sensor ??= _names.Sensor.Length > 0 ? _names.Sensor : AxisId.Default;
        axis ??= _names.Axis.Length > 0 ? _names.Axis : AxisId.Default;
        return ended || _openEnded;
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

    /// <summary>A name is said by the levels or beside them, never by both.</summary>
    private static string? FaultOf(List<Level> levels, in TopicNames names)
    {
        foreach ((Part part, string name) in ((Part, string)[])[(Part.Machine, names.Machine), (Part.Sensor, names.Sensor), (Part.Axis, names.Axis)])
        {
            bool isLevel = levels.Exists(level => level.Part == part);
            string placeholder = $"{{{(part == Part.Machine ? "machine" : part == Part.Sensor ? "sensor" : "axis")}}}";
            if (isLevel && name.Length > 0)
            {
                return $"{placeholder} stands in it and {part} is \"{name}\", expected one of the two";
            }

            if (part == Part.Machine && !isLevel && name.Length == 0)
            {
                return $"{placeholder} is missing, and {part} is not set";
            }

            if (name.Contains('/', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(name) > AxisId.MaxNameBytes)
            {
                return $"{part} is \"{name}\", expected a name of at most {AxisId.MaxNameBytes} bytes without /";
            }
        }

        return null;
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
