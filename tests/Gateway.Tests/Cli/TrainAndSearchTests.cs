using System.Globalization;
using System.Text.Json;

namespace Thrum.Gateway.Tests.Cli;

/// <summary><c>thrum train</c> and <c>thrum search</c> on a short recording.</summary>
public sealed class TrainAndSearchTests : IDisposable
{
    private static readonly string[] Quick = ["--rate", "1000", "--window", "16", "--epochs", "3", "--batch", "32", "--learning-rate", "0.01"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public TrainAndSearchTests()
    {
        Write("sine.csv", 0);
        Write("faulty.csv", 1);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Train_FromDiskOrMemory_WritesTheSameFileAndNoCheckpointStays()
    {
        ThrumProgram.Outcome memory = await ThrumProgram.RunAsync(_folder.FullName, ["train", "sine.csv", "-o", "memory.onnx", "--noise", "mask:0.1", "--optimiser", "adamw", "--schedule", "cosine", "--date", "2026-01-31", .. Quick]);
        ThrumProgram.Outcome disk = await ThrumProgram.RunAsync(
            _folder.FullName, ["train", "sine.csv", "-o", "disk.onnx", "--noise", "mask:0.1", "--optimiser", "adamw", "--schedule", "cosine", "--date", "2026-01-31", "--on-disk", "--checkpoint", "run.checkpoint", .. Quick]);

        Assert.Equal((0, 0), (memory.ExitCode, disk.ExitCode));
        Assert.Equal(File.ReadAllBytes(PathOf("memory.onnx")), File.ReadAllBytes(PathOf("disk.onnx")));
        Assert.False(File.Exists(PathOf("run.checkpoint")));
    }

    [Fact]
    public async Task Train_ModelThatCannotBeWritten_KeepsTheCheckpointAndGoesOnFromItsEnd()
    {
        string[] arguments = ["train", "sine.csv", "-o", "taken.onnx", "--checkpoint", "run.checkpoint", "--no-report", "--date", "2026-01-31", .. Quick];

        // A model is written under this name first: no check before the training sees it.
        Directory.CreateDirectory(PathOf("taken.onnx.tmp"));
        ThrumProgram.Outcome refused = await ThrumProgram.RunAsync(_folder.FullName, arguments);
        Assert.Equal((1, true), (refused.ExitCode, File.Exists(PathOf("run.checkpoint"))));

        Directory.Delete(PathOf("taken.onnx.tmp"));
        ThrumProgram.Outcome again = await ThrumProgram.RunAsync(_folder.FullName, arguments);

        Assert.Contains("run.checkpoint: holds all 3 epochs", again.Error, StringComparison.Ordinal);
        Assert.Equal((0, true, false), (again.ExitCode, File.Exists(PathOf("taken.onnx")), File.Exists(PathOf("run.checkpoint"))));
    }

    [Theory]
    [InlineData("notes.md", "notes.md is there and is not a model card that thrum wrote, expected another name after --output: the model card would take its place")]
    [InlineData("notes.html", "notes.html is there and is not a training report that thrum wrote, expected another name after --report, or --no-report")]
    public async Task Train_HandWrittenFileBesideTheModel_IsKept(string name, string sentence)
    {
        File.WriteAllText(PathOf(name), "# What I know of this pump\n");
        ThrumProgram.Outcome refused = await ThrumProgram.RunAsync(_folder.FullName, ["train", "sine.csv", "-o", "notes.onnx", .. Quick]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        Assert.Equal("# What I know of this pump\n", File.ReadAllText(PathOf(name)));
        Assert.False(File.Exists(PathOf("notes.onnx")));

        // Its own files it replaces.
        File.Delete(PathOf(name));
        Assert.Equal(0, (await ThrumProgram.RunAsync(_folder.FullName, ["train", "sine.csv", "-o", "notes.onnx", .. Quick])).ExitCode);
        Assert.Equal(0, (await ThrumProgram.RunAsync(_folder.FullName, ["train", "sine.csv", "-o", "notes.onnx", .. Quick])).ExitCode);
    }

    [Theory]
    [InlineData("half")]
    [InlineData("quarter")]
    public async Task Train_WeightsInFewerBits_SaysWhatTheyCostAndTheFileServes(string weights)
    {
        string[] arguments = ["train", "sine.csv", "-o", "small.onnx", "--weights", weights, "--json", "--rate", "1000", "--window", "64", "--epochs", "10", "--batch", "16", "--learning-rate", "0.01"];
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.FullName, arguments);
        ThrumProgram.Outcome inspected = await ThrumProgram.RunAsync(_folder.FullName, "inspect", "small.onnx");

        Assert.Equal((0, 0), (outcome.ExitCode, inspected.ExitCode));
        JsonElement storage = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("storage");
        Assert.Equal((weights, new FileInfo(PathOf("small.onnx")).Length), (storage.GetProperty("weights").GetString(), storage.GetProperty("bytes").GetInt64()));
        Assert.True(storage.GetProperty("bytes").GetInt64() < storage.GetProperty("singleBytes").GetInt64() - 5000);
        Assert.Contains($"| weights | weights as {weights}: ", File.ReadAllText(PathOf("small.md")), StringComparison.Ordinal);
        JsonElement median = storage.GetProperty("medians").GetProperty("mse");
        Assert.Equal(1, median.GetProperty("stored").GetDouble() / median.GetProperty("single").GetDouble(), 0.1);
    }

    [Fact]
    public async Task Search_Grid_RanksPointsAndGoesOnWhereItStopped()
    {
        string[] arguments = ["search", "sine.csv", "-o", "found", "--vary", "learning-rate=1e-6|1e-2", "--vary", "loss=mse|huber(0.5)", "--folds", "3", "--faulty", "faulty.csv", "--json", .. Quick];
        ThrumProgram.Outcome first = await ThrumProgram.RunAsync(_folder.FullName, arguments);
        ThrumProgram.Outcome again = await ThrumProgram.RunAsync(_folder.FullName, arguments);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(first.Output, again.Output);
        JsonElement[] trials = [.. JsonDocument.Parse(first.Output).RootElement.GetProperty("trials").EnumerateArray()];
        Assert.Equal(4, trials.Length);
        Assert.Equal("1e-2", trials.MinBy(trial => trial.GetProperty("objective").GetDouble()).GetProperty("point").GetProperty("learning-rate").GetString());
        (bool Collapsed, double Area, double Objective)[] ranks =
            [.. trials.Select(trial => (trial.GetProperty("collapsed").GetInt32() > 0, -trial.GetProperty("auroc").GetDouble(), trial.GetProperty("objective").GetDouble()))];
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal([false, false, true, true], ranks.Select(rank => rank.Collapsed));
        Assert.Equal(12, File.ReadAllLines(PathOf("found/trials.jsonl")).Length);
        string[] rows = File.ReadAllLines(PathOf("found/results.csv"));
        Assert.Equal("learning-rate,loss,objective,deviation,auroc,collapsed,fold1,fold2,fold3", rows[0]);
        Assert.Equal(5, rows.Length);
        string page = File.ReadAllText(PathOf("found/results.html"));
        Assert.Equal((4, 4), (page.Split("<polyline class=\"trial\"").Length - 1, page.Split("<polyline class=\"collapsed\"").Length - 1));
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_OfOtherPointsInTheSameFolder_KeepsTheEarlierResultsAndEndsWithTheLineThatTrainsTheBest()
    {
        string[] arguments = ["search", "sine.csv", "-o", "found", "--folds", "3", "--objective", "mae", .. Quick];
        ThrumProgram.Outcome first = await ThrumProgram.RunAsync(_folder.FullName, [.. arguments, "--vary", "learning-rate=1e-2|2e-2"]);
        string table = File.ReadAllText(PathOf("found/results.csv"));
        ThrumProgram.Outcome more = await ThrumProgram.RunAsync(_folder.FullName, [.. arguments, "--vary", "learning-rate=1e-2|2e-2|3e-2"]);
        Assert.Empty(Directory.GetFiles(PathOf("found"), "results-*"));
        string larger = File.ReadAllText(PathOf("found/results.csv"));
        ThrumProgram.Outcome other = await ThrumProgram.RunAsync(_folder.FullName, [.. arguments, "--vary", "learning-rate=3e-2"]);

        Assert.Equal((0, 0, 0), (first.ExitCode, more.ExitCode, other.ExitCode));
        Assert.Contains("point 2 of 2: learning-rate=", first.Error, StringComparison.Ordinal);
        Assert.Empty(table.Split('\n').Except(larger.Split('\n')));
        Assert.Contains("they are found/results-1.csv and results-1.html now", other.Error, StringComparison.Ordinal);
        Assert.Equal(larger, File.ReadAllText(PathOf("found/results-1.csv")));
        Assert.True(File.Exists(PathOf("found/results-1.html")));
        string line = other.Output.TrimEnd().Split('\n')[^1];
        Assert.Equal("To train the best of them: thrum train sine.csv -o found/best.onnx --window 16 --epochs 3 --batch 32 --rate 1000 --learning-rate 3e-2 --metrics mae", line);
        Assert.Equal(0, (await ThrumProgram.RunAsync(_folder.FullName, line.Split(' ')[7..])).ExitCode);
    }

    [Fact]
    public async Task Train_WithoutATerminal_TellsItsProgressInLines()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.FullName, ["train", "sine.csv", "-o", "long.onnx", "--optimizer", "adam", "--rate", "1000", "--window", "16", "--epochs", "20", "--patience", "20", "--learning-rate", "0.01"]);

        string[] lines = [.. outcome.Error.Split('\n').Where(line => line.StartsWith("epoch ", StringComparison.Ordinal))];
        Assert.Equal(11, lines.Length);
        Assert.StartsWith("epoch 1 of 20, loss ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("epoch 20 of 20, loss ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_JointFromDiskOrMemory_FindsTheSameOverBothAxes()
    {
        string[] arguments = ["--vary", "seed=1|2", "--folds", "3", "--faulty", "shaken.csv", "--joint", "--json", .. Quick];
        WritePair("pair.csv", 0);
        WritePair("shaken.csv", 1);
        ThrumProgram.Outcome memory = await ThrumProgram.RunAsync(_folder.FullName, ["search", "pair.csv", "-o", "memory", .. arguments]);
        ThrumProgram.Outcome disk = await ThrumProgram.RunAsync(_folder.FullName, ["search", "pair.csv", "-o", "disk", "--on-disk", .. arguments]);
        ThrumProgram.Outcome one = await ThrumProgram.RunAsync(_folder.FullName, ["search", "pair.csv", "-o", "one", "--vary", "seed=1|2", "--folds", "3", "--json", .. Quick]);
        ThrumProgram.Outcome other = await ThrumProgram.RunAsync(_folder.FullName, ["search", "pair.csv", "-o", "none", "--vary", "seed=1", "--faulty", "sine.csv", "--joint", .. Quick]);

        Assert.True(memory.ExitCode == 0, memory.Error);
        Assert.True(disk.ExitCode == 0, disk.Error);
        Assert.Equal(File.ReadAllText(PathOf("memory/results.csv")), File.ReadAllText(PathOf("disk/results.csv")));
        Assert.All(JsonDocument.Parse(memory.Output).RootElement.GetProperty("trials").EnumerateArray(), trial => Assert.InRange(trial.GetProperty("auroc").GetDouble(), 0.9, 1));
        Assert.NotEqual(File.ReadAllText(PathOf("memory/results.csv")), File.ReadAllText(PathOf("one/results.csv")));
        Assert.Equal((0, 2), (one.ExitCode, other.ExitCode));
        Assert.Contains("sine has the axes x (3000 samples), expected those of pair, of one length", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--vary depth=3", "'depth=3': expected NAME=VALUE|VALUE")]
    [InlineData("--vary seed=1 --folds 2", "expected at least 3 folds")]
    [InlineData("--vary optimiser=adam|lbfgs", "optimiser=lbfgs: --optimiser is 'lbfgs'; expected adam")]
    [InlineData("--vary seed=1 --objective none", "--objective: ")]
    public async Task Search_WrongSetting_SaysWhatIsExpected(string options, string sentence)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.FullName, ["search", "sine.csv", "-o", "found", .. options.Split(' '), .. Quick]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
    }

    // The fault shows on the second axis only.
    private void WritePair(string name, double fault) => File.WriteAllLines(PathOf(name), Enumerable.Range(0, 3000).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Sin(0.4 * i)},{Math.Sin(0.3 * i) + (fault * Math.Sin(1.7 * i))}")).Prepend("x,y"));

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, double fault) => File.WriteAllLines(
        PathOf(name),
        Enumerable.Range(0, 3000).Select(i => (Math.Sin(0.4 * i) + (0.1 * new Random(i).NextDouble()) + (fault * Math.Sin(1.7 * i))).ToString("R", CultureInfo.InvariantCulture)).Prepend("x"));
}
