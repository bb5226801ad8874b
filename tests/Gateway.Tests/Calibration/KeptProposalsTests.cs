using Thrum.Gateway.Calibration;

namespace Thrum.Gateway.Tests.Calibration;

public sealed class KeptProposalsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Find_KeptByAnotherRun_IsWhatWasKept()
    {
        var proposal = new Proposal("m/s/x", true, "{}");
        string id = new KeptProposals(_folder.FullName).Keep(proposal);

        Assert.Equal(proposal, new KeptProposals(_folder.FullName).Find(id));
        Assert.Equal(id, new KeptProposals(_folder.FullName).Keep(proposal));
    }

    [Fact]
    public void Keep_MoreThanAreKept_ForgetsTheOldest()
    {
        var proposals = new KeptProposals(_folder.FullName);
        string[] ids = [.. Enumerable.Range(0, KeptProposals.MostKept + 2).Select(i =>
        {
            string id = proposals.Keep(new Proposal($"m/s/{i}", false, "{}"));
            File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, id + ".proposal"), DateTime.UnixEpoch.AddHours(i));
            return id;
        })];

        Assert.Equal(ids[2..], ids.Where(id => proposals.Find(id) is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("../../etc/passwd")]
    public void Find_NoneOfThatId_IsNull(string id) => Assert.Null(new KeptProposals(_folder.FullName).Find(id));

    [Fact]
    public void Find_FileThatWasChanged_IsNull()
    {
        var proposals = new KeptProposals(_folder.FullName);
        string id = proposals.Keep(new Proposal("m/s/x", true, "{}"));
        string path = Path.Combine(_folder.FullName, id + ".proposal");
        File.WriteAllText(path, File.ReadAllText(path).Replace("true", "false", StringComparison.Ordinal));

        Assert.Null(proposals.Find(id));
    }
}
