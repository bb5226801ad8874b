using System.Text.Json;
using System.Text.Json.Nodes;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>What tests/references/recordings.py wrote with numpy and scipy: files, all synthetic, and what they and public recordings hold.</summary>
internal static class ReferenceValues
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "Ingest.Tests", "Recordings");
    private static readonly JsonNode Root = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, "reference.json")))!;
    private static readonly string Unpacked = Unpack();

    /// <summary>Path of a synthetic file.</summary>
    public static string File(string name) => Path.Combine(Unpacked, name);

    /// <summary>Paths of the synthetic files whose names fit a pattern.</summary>
    public static string[] Files(string pattern) => Directory.GetFiles(Unpacked, pattern);

    public static JsonObject Recording(string name) => Root["recordings"]![name]!.AsObject();

    public static float[] Numbers(string name) =>
        [.. Root["files"]![name]!.AsArray().Select(value => (float)value!.GetValue<double>())];

    private static string Unpack()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "synthetic");
        Directory.CreateDirectory(folder);
        Dictionary<string, byte[]> files = JsonSerializer.Deserialize<Dictionary<string, byte[]>>(System.IO.File.ReadAllText(Path.Combine(Folder, "synthetic.json")))!;
        foreach ((string name, byte[] content) in files)
        {
            System.IO.File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }
}
