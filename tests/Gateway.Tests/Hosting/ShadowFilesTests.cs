using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>The files of a model and its shadow when the shadow takes the model's place.</summary>
public sealed class ShadowFilesTests : IDisposable
{
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-shadow");
    private readonly ModelEntry _entry;

    public ShadowFilesTests()
    {
        File.Copy(Path.Combine(Models, "demo.onnx"), PathOf("live.onnx"));
        File.Copy(Path.Combine(Models, "cwru.onnx"), PathOf("next.onnx"));
        _entry = new ModelEntry(new ModelOptions { Path = PathOf("live.onnx"), Shadow = PathOf("next.onnx") }, "Detector:Models:0");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Promote_PutsTheShadowInTheModelsPlaceAndKeepsTheModel()
    {
        byte[] live = File.ReadAllBytes(PathOf("live.onnx")), shadow = File.ReadAllBytes(PathOf("next.onnx"));

        ShadowFiles.Promote(_entry, Revision("next.onnx"));

        Assert.Equal(shadow, File.ReadAllBytes(PathOf("live.onnx")));
        Assert.Equal(live, File.ReadAllBytes(PathOf("live.onnx.before")));
        Assert.False(File.Exists(PathOf("next.onnx")));
    }

    /// <summary>The model is kept before anything takes its place: where that fails, all is as it was.</summary>
    [Fact]
    public void Promote_WhereTheModelCannotBeKept_ChangesNothing()
    {
        byte[] live = File.ReadAllBytes(PathOf("live.onnx")), shadow = File.ReadAllBytes(PathOf("next.onnx"));
        Directory.CreateDirectory(PathOf("live.onnx.before"));

        Exception? refused = Record.Exception(() => ShadowFiles.Promote(_entry, Revision("next.onnx")));

        Assert.True(refused is IOException or UnauthorizedAccessException, refused?.ToString());
        Assert.Equal(live, File.ReadAllBytes(PathOf("live.onnx")));
        Assert.Equal(shadow, File.ReadAllBytes(PathOf("next.onnx")));
    }

    [Fact]
    public void Promote_OfAnotherFileThanTheShadowInUse_IsRefusedAndChangesNothing()
    {
        byte[] live = File.ReadAllBytes(PathOf("live.onnx"));

        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => ShadowFiles.Promote(_entry, Revision("live.onnx")));

        Assert.Contains("next.onnx' is not the shadow in use any more", refused.Message, StringComparison.Ordinal);
        Assert.Equal(live, File.ReadAllBytes(PathOf("live.onnx")));
        Assert.True(File.Exists(PathOf("next.onnx")));
    }

    private string Revision(string name) => ModelFile.Read(PathOf(name)).Hash;

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
