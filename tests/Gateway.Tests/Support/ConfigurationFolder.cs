using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A temporary folder with configuration files; deleted at the end.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    /// <summary>The least that a configuration needs; the model file need not exist to load it.</summary>
    public const string Topics = """ "mqtt": { "topics": [ { "template": "v/{machine}", "sampleRateHz": 1000 } ] } """;

    public const string Models = """ "detector": { "models": [ { "path": "model.onnx" } ] } """;

    public string Path { get; } = ServerProcess.TemporaryFolder();

    public string File(string name = "thrum.json") => System.IO.Path.Combine(Path, name);

    public string Write(string content, string name = "thrum.json")
    {
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    /// <summary>Writes the least configuration with more members and loads it.</summary>
    public ThrumOptions Load(string members = "", params string[] settings) => ConfigurationLoader.Load(Write(Minimal(members)), settings);

    /// <summary>The faults of a configuration file.</summary>
    public IReadOnlyList<string> Faults(string content, params string[] settings) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load(Write(content), settings)).Faults;

    /// <summary>The least configuration with more members.</summary>
    public static string Minimal(string members = "") => $"{{ {Topics}, {Models}{(members.Length > 0 ? "," : "")} {members} }}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
