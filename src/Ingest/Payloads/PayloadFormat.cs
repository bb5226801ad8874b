using System.Collections.Frozen;

namespace Thrum.Ingest.Payloads;

/// <summary>How a message's payload encodes its samples.</summary>
public enum PayloadFormat
{
    /// <summary><c>f32le</c>: IEEE 754 single, little-endian.</summary>
    F32Le,

    /// <summary><c>f32be</c>: IEEE 754 single, big-endian.</summary>
    F32Be,

    /// <summary><c>f64le</c>: IEEE 754 double, little-endian.</summary>
    F64Le,

    /// <summary><c>i16le</c>: signed 16-bit, little-endian.</summary>
    I16Le,

    /// <summary><c>i16be</c>: signed 16-bit, big-endian.</summary>
    I16Be,

    /// <summary><c>i32le</c>: signed 32-bit, little-endian.</summary>
    I32Le,

    /// <summary><c>json</c>: a number, an array, or an object with time, rate and samples or axes.</summary>
    Json,
}

/// <summary>The names of payload formats as configuration writes them.</summary>
public static class PayloadFormats
{
    private static readonly FrozenDictionary<string, PayloadFormat> ByName = new Dictionary<string, PayloadFormat>
    {
        ["f32le"] = PayloadFormat.F32Le,
        ["f32be"] = PayloadFormat.F32Be,
        ["f64le"] = PayloadFormat.F64Le,
        ["i16le"] = PayloadFormat.I16Le,
        ["i16be"] = PayloadFormat.I16Be,
        ["i32le"] = PayloadFormat.I32Le,
        ["json"] = PayloadFormat.Json,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name, in the order of the enumeration: for messages and schemas.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Reads a configured name, whatever its case.</summary>
    public static bool TryParse(string? name, out PayloadFormat format) => ByName.TryGetValue(name ?? "", out format);

    /// <summary>Bytes of one sample; 0 for JSON, where it varies.</summary>
    public static int SampleBytes(this PayloadFormat format) => format switch
    {
        PayloadFormat.I16Le or PayloadFormat.I16Be => 2,
        PayloadFormat.F32Le or PayloadFormat.F32Be or PayloadFormat.I32Le => 4,
        PayloadFormat.F64Le => 8,
        _ => 0,
    };
}
