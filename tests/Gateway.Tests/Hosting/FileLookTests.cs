using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Tests.Hosting;

public sealed class FileLookTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "m.onnx");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void IsReplaced_WhileItIsWritten_WaitsUntilItStaysTheSame()
    {
        File.WriteAllText(Path, "1");
        var look = new FileLook(Path);
        bool unchanged = look.IsReplaced();
        File.WriteAllText(Path, "22");
        bool first = look.IsReplaced();
        File.WriteAllText(Path, "333");

        Assert.Equal([false, false, false, true, false], new[] { unchanged, first, look.IsReplaced(), look.IsReplaced(), look.IsReplaced() });
    }

    [Fact]
    public void IsReplaced_SidecarOrFileThatAppears_Counts()
    {
        var look = new FileLook(Path);
        File.WriteAllText(Path, "1");
        bool[] file = [look.IsReplaced(), look.IsReplaced()];
        File.WriteAllText(Path + ".json", "{}");

        Assert.Equal([false, true, false, true], [.. file, look.IsReplaced(), look.IsReplaced()]);
    }
}
