using System.Text.Json;
using System.Text.Json.Serialization;

namespace Thrum.Detector.Evidence;

/// <summary>Evidence as JSON, in the store and in the API.</summary>
public static class EvidenceJson
{
    /// <summary>Names in camel case, enumerations by their names in camel case.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>UTF-8 text.</summary>
    public static byte[] Write(AlarmEvidence evidence) => JsonSerializer.SerializeToUtf8Bytes(evidence, Options);

    /// <summary>The evidence of such a text.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static AlarmEvidence Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<AlarmEvidence>(json, Options) ?? throw new JsonException("expected evidence, found null");
}
