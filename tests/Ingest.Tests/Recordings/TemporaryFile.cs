namespace Thrum.Ingest.Tests.Recordings;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thrum-").FullName;

    public TemporaryFile(string name, string content = "")
        : this(name, System.Text.Encoding.UTF8.GetBytes(content))
    {
    }

    public TemporaryFile(string name, byte[] content)
    {
        Path = System.IO.Path.Combine(_folder, name);
        Write(content);
    }

    public string Path { get; }

    public void Write(byte[] content) => File.WriteAllBytes(Path, content);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
