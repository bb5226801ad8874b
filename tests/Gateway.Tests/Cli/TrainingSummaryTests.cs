using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Tests.Support;
using Thrum.Gateway.Workflows;
using Thrum.Training.Models;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What <c>thrum train</c> says at its end, whether it came to one or not.</summary>
public sealed class TrainingSummaryTests : IDisposable
{
    private static readonly string[] Quick = ["--rate", "1000", "--window", "16", "--epochs", "3", "--batch", "32", "--learning-rate", "0.01"];
    private static readonly string[] LearnsNothing = ["--rate", "1000", "--window", "16", "--epochs", "1", "--learning-rate", "1e-9"];

    private readonly ConfigurationFolder _folder = new();

    public TrainingSummaryTests()
    {
        File.WriteAllLines(_folder.File("rec.csv"), Enumerable.Range(0, 3000).Select(i => Math.Sin(0.4 * i).ToString("R", CultureInfo.InvariantCulture)).Prepend("x"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_NothingLearnedOverAModelOfBefore_KeepsTheWholeSetAndSaysSoFirst()
    {
        await TrainAsync(Quick);
        string[] set = ["m.onnx", "m.md", "m.html"];
        byte[][] before = [.. set.Select(name => File.ReadAllBytes(_folder.File(name)))];

        ThrumProgram.Outcome failed = await TrainAsync(LearnsNothing);

        Assert.Equal(1, failed.ExitCode);
        Assert.StartsWith(
            "thrum: the network learned nothing that a constant output would not do, so no model was written, and the m.onnx of before stays as it was; the report m.failed.html says why: try",
            failed.Error.Split('\n').First(line => !line.Contains("epoch ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("not written: dense:16-8-2-8-16, mse ", failed.Output, StringComparison.Ordinal);
        Assert.Contains("report m.failed.html: ", failed.Output, StringComparison.Ordinal);
        Assert.Equal(before, set.Select(name => File.ReadAllBytes(_folder.File(name))));
    }

    [Fact]
    public async Task Train_NothingLearnedAndNoModelBefore_SaysThatThereIsNone()
    {
        ThrumProgram.Outcome failed = await TrainAsync([.. LearnsNothing, "--json"]);

        Assert.Contains("no model was written, and there is no m.onnx; the report m.html says why", failed.Error, StringComparison.Ordinal);
        Assert.Equal("m.html", failed.Json.GetProperty("report").GetString());
        Assert.NotEmpty(failed.Json.GetProperty("findings").EnumerateArray());
    }

    [Fact]
    public async Task Train_Done_NamesTheReportItsFindingsAndBothCountsOfWindows()
    {
        ThrumProgram.Outcome told = await TrainAsync(Quick), json = await TrainAsync([.. Quick, "--json"]), none = await TrainAsync([.. Quick, "--json", "--no-report"]);

        JsonElement[] findings = [.. json.Json.GetProperty("findings").EnumerateArray()];
        JsonElement first = findings[0], windows = json.Json.GetProperty("windows");
        Assert.Equal(["kind", "title", "evidence", "try"], first.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[a-z][A-Za-z]+$", first.GetProperty("kind").GetString());
        Assert.Contains($"report m.html: {first.GetProperty("title").GetString()} ({first.GetProperty("evidence").GetString()!.TrimEnd('.')})", told.Output, StringComparison.Ordinal);
        Assert.All(findings.Skip(1), finding => Assert.Contains($"  also: {finding.GetProperty("title").GetString()} (", told.Output, StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, none.Json.GetProperty("findings").ValueKind);

        int overlapping = windows.GetProperty("calibration").GetInt32(), running = windows.GetProperty("threshold").GetInt32();
        Assert.True(overlapping > running);
        Assert.Matches($"overlapping windows.*\n.*\n.*mse +│ {overlapping} ", told.Output);
        Assert.Contains($"thresholds stand on {running}, one every 16 samples as the model runs", told.Output, StringComparison.Ordinal);
        Assert.Contains($"warning: thresholds stand on {running} calibration windows, one every 16 samples as the model runs, expected at least 200", told.Error, StringComparison.Ordinal);
    }

    /// <summary>Somebody who stops a training learns what is kept, and where the next one goes on.</summary>
    [Fact]
    public async Task Train_StoppedWithACheckpoint_SaysWhatIsKeptAndGoesOnFromThere()
    {
        string checkpoint = _folder.File("run.checkpoint");
        string[] arguments = ["train", _folder.File("rec.csv"), "-o", _folder.File("m.onnx"), "--checkpoint", checkpoint, "--rate", "1000", "--window", "16", "--epochs", "100000", "--patience", "100000"];
        string stopped = await StopAsync(arguments, _ => File.Exists(checkpoint));
        string resumed = await StopAsync(arguments, output => output.Contains("goes on", StringComparison.Ordinal));
        byte[] kept = File.ReadAllBytes(checkpoint);
        ThrumProgram.Outcome other = await ThrumProgram.RunAsync(_folder.Path, [.. arguments, "--seed", "2"]);

        Assert.Matches(@"stopped before it was done: .*run\.checkpoint keeps [1-9]\d* of 100000 epochs, and the same command goes on from there", stopped);
        Assert.Matches(@"run\.checkpoint: goes on from epoch [1-9]\d* of 100000", resumed);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("is the checkpoint of a training with other options", other.Error, StringComparison.Ordinal);
        Assert.Equal(kept, File.ReadAllBytes(checkpoint));
    }

    /// <summary>The advice is another learning rate, and a checkpoint that only fits this one would be in its way.</summary>
    [Fact]
    public async Task Train_LossThatIsNeverFinite_LeavesNoCheckpoint()
    {
        ThrumProgram.Outcome outcome = await TrainAsync(
            ["--rate", "1000", "--window", "16", "--model", "dense:16-64-64-16,linear", "--epochs", "3", "--batch", "8", "--optimiser", "sgd:0.99", "--learning-rate", "1", "--checkpoint", "run.checkpoint"]);

        Assert.Contains("was not finite in any of 3 attempts", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("run.checkpoint")));
    }

    [Theory]
    [InlineData(-0.0004, 1, "0.0")]
    [InlineData(0.04, 1, "0.0")]
    [InlineData(-0.06, 1, "-0.1")]
    [InlineData(12.34, 1, "+12.3")]
    [InlineData(-1.005e-3, 2, "0.00")]
    [InlineData(double.NaN, 1, "NaN")]
    public void SignedText_Of_HasASignWhereSomethingIsLeft(double value, int decimals, string expected) => Assert.Equal(expected, SignedText.Of(value, decimals));

    [Fact]
    public void StorageLoss_OfNothing_SaysSoWithoutASign()
    {
        static CalibrationTable Table(float median) => new()
        {
            Metrics = new Dictionary<string, ScoreDistribution> { ["mse"] = new() { Windows = 1, LogMean = 0, LogStd = 0, Quantiles = [median, median, median] } },
        };

        Assert.EndsWith("(0.0 %)", new StorageLoss(WeightStorage.Half, 1, Table(1), Table(0.9999f)).ToString(), StringComparison.Ordinal);
    }

    private Task<ThrumProgram.Outcome> TrainAsync(string[] more) => ThrumProgram.RunAsync(_folder.Path, ["train", "rec.csv", "-o", "m.onnx", .. more]);

    /// <summary>Ends a training by a signal once it is that far, and returns what it wrote.</summary>
    private static async Task<string> StopAsync(string[] arguments, Func<string, bool> isFar)
    {
        await using ServerProcess training = await ServerProcess.StartAsync(ThrumProgram.Location, arguments, () => Task.FromResult(true));
        await Patience.UntilAsync(() => Task.FromResult(isFar(training.Output)), () => $"the training to be that far; it wrote:\n{training.Output}");
        await training.StopAsync();
        return training.Output;
    }
}
