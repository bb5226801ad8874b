using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;
using Thrum.Gateway.Learning;

namespace Thrum.Gateway.Tests.Learning;

public sealed class LearnedModelFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Keep_ModelsOfNamesThatLookAlike_AreFoundAgainByAnotherRun()
    {
        AxisId one = new("hall 1/pump", "s", "x"), other = new("hall_1/pump", "s", "x");
        string path = Path.Combine(_folder.FullName, "learned");
        var folder = new LearnedModelFolder(path);
        folder.Keep(one, new LearnedModel(new byte[] { 1 }, "# one"));
        folder.Keep(other, new LearnedModel(new byte[] { 2 }, "# other"));
        folder.Keep(one, new LearnedModel(new byte[] { 3 }, "# newer"));

        var again = new LearnedModelFolder(path);

        Assert.Equal(folder.Entries, again.Entries);
        Assert.Equal([one, other], again.Entries.Select(entry => entry.Axis));
        Assert.Equal(new byte[] { 3 }, File.ReadAllBytes(again.PathOf(again.Entries[0])));
        Assert.Equal("# newer", File.ReadAllText(Path.ChangeExtension(again.PathOf(again.Entries[0]), ".md")));
        Assert.True(again.Has(one));
        Assert.False(again.Has(new AxisId("pump", "s", "x")));
    }
}
