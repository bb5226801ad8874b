using System.Globalization;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Tests.Support;
using Thrum.Ingest.Recordings;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>No command writes over what it reads or over what it did not make, and none finds out at its end that it cannot write.</summary>
public sealed class OutputFileTests : IDisposable
{
    private static readonly string[] Quick = ["--rate", "1000", "--window", "16", "--epochs", "3", "--batch", "32", "--learning-rate", "0.01"];

    private readonly ConfigurationFolder _folder = new();

    public OutputFileTests() => File.WriteAllLines(_folder.File("rec.csv"), Enumerable.Range(0, 3000).Select(i => Math.Sin(0.4 * i).ToString("R", CultureInfo.InvariantCulture)).Prepend("x"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rec.csv is a file that this command reads, and a checkpoint would take its place", "train rec.csv -o m.onnx --checkpoint rec.csv")]
    [InlineData("rec.csv is a file that this command reads, and a training report would take its place", "train rec.csv -o m.onnx --report rec.csv")]
    [InlineData("link.html is a file that this command reads", "train rec.csv -o m.onnx --report link.html")]
    [InlineData("other.csv is a file that this command reads", "train rec.csv -o m.onnx --faulty other.csv --checkpoint sub/../other.csv")]
    [InlineData("m.onnx is to be a model and a checkpoint, expected another name after --checkpoint", "train rec.csv -o m.onnx --checkpoint m.onnx")]
    [InlineData("m.md is to be a model card and a training report", "train rec.csv -o m.onnx --report m.md")]
    [InlineData("m.html is to be a training report and a checkpoint", "train rec.csv -o m.onnx --checkpoint m.html")]
    [InlineData("other.csv is there and is not a checkpoint that thrum wrote", "train rec.csv -o m.onnx --checkpoint other.csv")]
    [InlineData("empty is there and is not a checkpoint that thrum wrote", "train rec.csv -o m.onnx --checkpoint empty")]
    [InlineData("foreign.onnx is there and is not a model that thrum wrote, expected another name after --output", "train rec.csv -o foreign.onnx")]
    [InlineData("--output is 'x', expected a name that ends in .onnx", "train rec.csv -o x")]
    [InlineData("--output is 'rec.csv', expected a name that ends in .onnx", "train rec.csv -o rec.csv")]
    [InlineData("--output is 'x.html', expected a name that ends in .onnx", "train rec.csv -o x.html")]
    [InlineData("--output is 'rec.csv', expected a name that ends in .onnx", "calibrate m.onnx rec.csv -o rec.csv")]
    [InlineData("foreign.onnx is a file that this command reads, and a model would take its place", "calibrate foreign.onnx rec.csv -o ./foreign.onnx")]
    [InlineData("'folder.onnx' is a folder and a model needs a file", "train rec.csv -o folder.onnx")]
    [InlineData("'folder.onnx' is a folder and a training report needs a file", "train rec.csv -o m.onnx --report folder.onnx")]
    [InlineData("'new/' is a folder and a training report needs a file", "train rec.csv -o m.onnx --report new/")]
    [InlineData("'folder.onnx' is a folder and a checkpoint needs a file", "train rec.csv -o m.onnx --checkpoint folder.onnx")]
    [InlineData("rec.csv/m.onnx cannot be written", "train rec.csv -o rec.csv/m.onnx")]
    [InlineData("rec.csv/a/r.html cannot be written", "train rec.csv -o m.onnx --report rec.csv/a/r.html")]
    [InlineData("rec.csv is a file that this command reads, and a report of a recording would take its place", "inspect rec.csv --html rec.csv")]
    [InlineData("other.csv is there and is not a report of a recording that thrum wrote", "inspect rec.csv --html other.csv")]
    [InlineData("results.csv is a file that this command reads", "search results.csv -o . --vary seed=1")]
    [InlineData("results.csv is there and is not a table of a search that thrum wrote", "search rec.csv -o . --vary seed=1")]
    [InlineData("measured.wav is there and is not a simulated recording that thrum wrote", "simulate fan-2 -o measured.wav --duration 1s")]
    [InlineData("measured.npy is there and is not a simulated recording that thrum wrote", "simulate fan-2 -o measured.npy --duration 1s")]
    [InlineData("other.csv is there and is not a support bundle that thrum wrote", "doctor --bundle other.csv")]
    [InlineData("other.csv is there and is not a plot of convergence that thrum wrote", "reproduce lmse --data . --plot other.csv")]
    public async Task Output_InThePlaceOfAnotherFile_IsRefusedAndEveryFileStays(string sentence, string command)
    {
        Prepare();
        Dictionary<string, byte[]> before = Snapshot();

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, command.Split(' '));

        Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(before, Snapshot());
    }

    /// <summary>The same command again is no surprise: what it made before, it makes anew, in folders that it makes too.</summary>
    [Theory]
    [InlineData("simulate fan-2 -o a/b/x.wav --duration 2s")]
    [InlineData("simulate fan-2 -o a/b/x.npy --duration 2s")]
    [InlineData("inspect rec.csv --rate 1000 --html a/b/x.html")]
    public async Task Output_OfTheSameCommandBefore_IsReplaced(string command)
    {
        ThrumProgram.Outcome first = await ThrumProgram.RunAsync(_folder.Path, command.Split(' '));
        ThrumProgram.Outcome again = await ThrumProgram.RunAsync(_folder.Path, command.Split(' '));

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Single(Directory.GetFiles(_folder.File("a"), "x.*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Train_InFoldersThatAreMissing_MakesThemAndReplacesItsOwnFiles()
    {
        string[] command = ["train", "rec.csv", "-o", "a/m.onnx", "--report", "b/c/r.html", "--checkpoint", "d/run.checkpoint", .. Quick];

        ThrumProgram.Outcome first = await ThrumProgram.RunAsync(_folder.Path, command);
        ThrumProgram.Outcome again = await ThrumProgram.RunAsync(_folder.Path, command);

        Assert.True((first.ExitCode, again.ExitCode) == (0, 0), first.Error + again.Error);
        Assert.All((string[])["a/m.onnx", "a/m.md", "b/c/r.html"], name => Assert.True(File.Exists(_folder.File(name)), name));
        Assert.Empty(Directory.GetFiles(_folder.File("d")));
    }

    [Fact]
    public async Task Calibrate_OverItsModelOfBefore_ReplacesIt()
    {
        await ThrumProgram.RunAsync(_folder.Path, ["train", "rec.csv", "-o", "m.onnx", "--no-report", "--to", "0.5", .. Quick]);
        string[] command = ["calibrate", "m.onnx", "rec.csv", "-o", "live.onnx", "--rate", "1000", "--from", "0.6"];

        Assert.Equal((0, 0), ((await ThrumProgram.RunAsync(_folder.Path, command)).ExitCode, (await ThrumProgram.RunAsync(_folder.Path, command)).ExitCode));
    }

    [Fact]
    public void Require_EmptyFile_IsNobodysLoss()
    {
        File.WriteAllText(_folder.File("empty.html"), "");

        OutputFile.Require([], new OutputFile(_folder.File("empty.html"), MadeFile.Inspection, "another"));
    }

    [Fact]
    public void Require_FolderThatIsMissing_LeavesNothingBehind()
    {
        OutputFile.Require([], new OutputFile(_folder.File("x/y/z.html"), MadeFile.Inspection, "another"));

        Assert.Equal(["rec.csv"], Snapshot().Keys);
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    private void Prepare()
    {
        RecordedAxis[] axes = [new("x", null, [1, 2, 3]), new("y", null, [4, 5, 6])];
        RecordingWriter.Write(_folder.File("measured.wav"), axes, 1000);
        RecordingWriter.Write(_folder.File("measured.npy"), axes, 1000);
        File.Copy(_folder.File("rec.csv"), _folder.File("other.csv"));
        File.Copy(_folder.File("rec.csv"), _folder.File("results.csv"));
        File.WriteAllText(_folder.File("foreign.onnx"), "a network of somebody else's");
        File.WriteAllText(_folder.File("empty"), "");
        File.CreateSymbolicLink(_folder.File("link.html"), _folder.File("rec.csv"));
        Directory.CreateDirectory(_folder.File("folder.onnx"));
        Directory.CreateDirectory(_folder.File("sub"));
    }

    private Dictionary<string, byte[]> Snapshot() =>
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(file => Path.GetRelativePath(_folder.Path, file), File.ReadAllBytes);
}
