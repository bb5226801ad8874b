using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Tests.Hosting;

public sealed class ModelArchiveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly DetectorPipeline _pipeline = new(
        new DetectorOptions { Models = [new ModelOptions { Path = "pump.onnx" }] }, [], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);

    private long _through;

    public void Dispose()
    {
        _pipeline.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task MakeDurable_UsesThatNoReplayAsksFor_GoWithTheirModels()
    {
        ModelArchive archive = Open();
        ModelFile[] files = [.. Enumerable.Range(0, 4).Select(i => new ModelFile("/elsewhere/pump.onnx", [(byte)i], i == 1 ? [42] : null))];
        for (int i = 0; i < files.Length; i++)
        {
            archive.Keep(files[i]);
            _pipeline.Models.Note(new ModelUse("*", 10 * i, files[i].Hash));
        }

        archive.Release(revision => revision != files[0].Hash);
        _through = 15;
        await archive.MakeDurableAsync(TestContext.Current.CancellationToken);
        ModelArchive again = Open();

        Assert.Equal([true, true, true, true], files.Select(file => again.Find(file.Hash, "pump") is not null));
        archive.Release(_ => true);
        Assert.Equal([false, true, true, true], files.Select(file => again.Find(file.Hash, "pump") is not null));
        Assert.Equal([null, files[1].Hash, files[1].Hash, files[2].Hash, files[3].Hash], new long[] { 9, 10, 19, 20, long.MaxValue }.Select(at => again.UsedAt("*", ModelRole.Live, at)));
        Assert.Equal([42], again.Find(files[1].Hash, "pump")!.Sidecar!);
        Assert.Equal("pump.onnx", Path.GetFileName(again.Find(files[1].Hash, "pump")!.Path));
        Assert.Null(again.UsedAt("fan/*", ModelRole.Live, long.MaxValue));
    }

    [Fact]
    public void Find_DamagedOrAbsent_IsNull()
    {
        ModelArchive archive = Open();
        var file = new ModelFile("pump.onnx", [1, 2, 3], null);
        archive.Keep(file);
        File.WriteAllBytes(Path.Combine(_folder.FullName, file.Hash, "pump.onnx"), [1, 2]);

        Assert.Null(archive.Find(file.Hash, "pump"));
        Assert.Null(archive.Find("../..", "pump"));
        Assert.Null(archive.Find(new string('0', 64), "pump"));
    }

    private ModelArchive Open() => new(_folder.FullName, _pipeline.Models, () => _through, TimeProvider.System, NullLogger<ModelArchive>.Instance);
}
