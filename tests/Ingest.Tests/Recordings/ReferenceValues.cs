using System.Text.Json.Nodes;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>What tests/references/recordings.py wrote with numpy and scipy.</summary>
internal static class ReferenceValues
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "Ingest.Tests", "Recordings");
    private static readonly JsonNode Root = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, "reference.json")))!;

    public static string File(string name) => Path.Combine(Folder, "Synthetic", name);

    public static string[] Files(string pattern) => Directory.GetFiles(Path.Combine(Folder, "Synthetic"), pattern);

    public static JsonObject Recording(string name) => Root["recordings"]![name]!.AsObject();

    public static float[] Numbers(string name) =>
        [.. Root["files"]![name]!.AsArray().Select(value => (float)value!.GetValue<double>())];
}
