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

    /// <summary><c>f64be</c>: IEEE 754 double, big-endian.</summary>
    F64Be,

    /// <summary><c>i16le</c>: signed 16-bit, little-endian.</summary>
    I16Le,

    /// <summary><c>i16be</c>: signed 16-bit, big-endian.</summary>
    I16Be,

    /// <summary><c>i24le</c>: signed 24-bit in three bytes, little-endian.</summary>
    I24Le,

    /// <summary><c>i24be</c>: signed 24-bit in three bytes, big-endian.</summary>
    I24Be,

    /// <summary><c>i32le</c>: signed 32-bit, little-endian.</summary>
    I32Le,

    /// <summary><c>i32be</c>: signed 32-bit, big-endian.</summary>
    I32Be,

    /// <summary><c>json</c>: a number, an array, or an object with time, rate and samples or axes.</summary>
    Json,

    /// <summary><c>csv</c>: a line of numbers, or rows with a header.</summary>
    Csv,

    /// <summary><c>influx</c>: InfluxDB line protocol, fields being axes.</summary>
    Influx,

    /// <summary><c>cbor</c>: as JSON, in CBOR, with the typed arrays of RFC 8746.</summary>
    Cbor,

    /// <summary><c>thrum</c>: Thrum's own compact block.</summary>
    Thrum,
}

/// <summary>How a message's payload is compressed.</summary>
public enum PayloadCompression
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>zlib (RFC 1950) or bare deflate (RFC 1951), told apart by the header.</summary>
    Deflate,
}

/// <summary>The names of payload formats as configuration writes them.</summary>
public static class PayloadFormats
{
    private static readonly FrozenDictionary<string, PayloadFormat> ByName =
        Enum.GetValues<PayloadFormat>().ToFrozenDictionary(format => format.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name, in the order of the enumeration: for messages and schemas.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Reads a configured name, whatever its case.</summary>
    public static bool TryParse(string? name, out PayloadFormat format) => ByName.TryGetValue(name ?? "", out format);

    /// <summary>Bytes of one sample; 0 where it varies.</summary>
    public static int SampleBytes(this PayloadFormat format) => SampleElement.Of(format)?.Bytes ?? 0;
}
