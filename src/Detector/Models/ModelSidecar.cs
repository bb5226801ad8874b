using System.Text.Json;

namespace Thrum.Detector.Models;

/// <summary>The JSON file beside a model that was made elsewhere: one object with the keys of <see cref="ModelMetadata"/>.</summary>
internal static class ModelSidecar
{
    /// <summary>The sidecar's properties; none when there is no such file. Values that are objects or arrays keep their JSON text.</summary>
    /// <exception cref="ModelFileException">The file is not one JSON object.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Read(ModelFile file)
    {
        if (file.Sidecar is null)
        {
            return [];
        }

        string path = file.Path + ModelFile.SidecarEnding;
        try
        {
            using JsonDocument document = JsonDocument.Parse(file.Sidecar);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, AsText(property.Value)))]
                : throw new ModelFileException(path, $"expected one JSON object, found {document.RootElement.ValueKind}");
        }
        catch (JsonException e)
        {
            throw new ModelFileException(path, $"expected one JSON object, found: {e.Message}", e);
        }
    }

    private static string AsText(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
