using System.Globalization;
using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>Recordings with gaps, with values that are no numbers, and of another rate than the others.</summary>
public sealed class FlawedRecordingTests : IDisposable
{
    private static readonly string[] Quick = ["--window", "16", "--epochs", "5", "--batch", "32", "--learning-rate", "0.01", "--model", "dense:16-8-16", "--date", "2026-01-31"];
    private readonly ConfigurationFolder _folder = new();

    public FlawedRecordingTests()
    {
        Write("whole.csv", 6000, i => i, _ => false);
        Write("gap.csv", 6000, i => i < 2000 ? i : i + 5000, _ => false);
        Write("nan.csv", 6000, i => i, i => i % 400 == 7);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Of 11,000 samples those from 2,000 to 7,000 are missing. Training has 6,600 of them and windows of 16 that begin every 4, so that those from 1,988 on are left out; validation begins in the gap.
    /// </summary>
    [Fact]
    public async Task Train_RecordingWithAGap_LeavesItOutAndSaysSoEverywhere()
    {
        ThrumProgram.Outcome memory = await RunAsync(["train", "gap.csv", "-o", "m.onnx", "--axis", "x", "--json", .. Quick]);
        ThrumProgram.Outcome disk = await RunAsync(["train", "gap.csv", "-o", "d.onnx", "--axis", "x", "--json", "--on-disk", .. Quick]);

        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("m.onnx")), await File.ReadAllBytesAsync(_folder.File("d.onnx")));
        JsonElement json = JsonDocument.Parse(memory.Output).RootElement, windows = json.GetProperty("windows"), leftOut = json.GetProperty("leftOut");
        Assert.Equal((1, ((6584 - 1988) / 4) + 1), (json.GetProperty("gaps").GetInt32(), leftOut.GetProperty("train").GetInt32()));
        Assert.Equal(((6600 - 16) / 4) + 1, windows.GetProperty("train").GetInt32() + leftOut.GetProperty("train").GetInt32());
        Assert.All((string[])[memory.Error, disk.Error], error => Assert.Contains("warning: gap has 1 gap in its times, 5 s together: no window reaches over one", error, StringComparison.Ordinal));
        Assert.Contains("warning: windows left out because a sample of them is missing or not finite: 1150 for training, 100 for validation, 0 for calibration", memory.Error, StringComparison.Ordinal);
        string card = await File.ReadAllTextAsync(_folder.File("m.md")), page = await File.ReadAllTextAsync(_folder.File("m.html"));
        Assert.Contains("gap has 1 gap in its times, 5 s together", card, StringComparison.Ordinal);
        Assert.Contains("1150 for training", card, StringComparison.Ordinal);
        Assert.Contains(" 1000 Hz", card, StringComparison.Ordinal);
        Assert.Contains("<dt>missing samples</dt><dd>gap has 1 gap in its times", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ValuesThatAreNoNumbers_AreCountedAndSaid()
    {
        ThrumProgram.Outcome outcome = await RunAsync(["train", "nan.csv", "-o", "m.onnx", "--axis", "x", "--json", .. Quick]);

        JsonElement leftOut = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("leftOut");

        // Each value takes four windows, but two where it is near the beginning of a part; of the calibration one each, as windows do not overlap there.
        Assert.Equal((34, 10, 3), (leftOut.GetProperty("train").GetInt32(), leftOut.GetProperty("validation").GetInt32(), leftOut.GetProperty("calibration").GetInt32()));
        Assert.Contains("warning: nan/x has 15 samples not finite: windows with one of them are left out", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("| left out | windows left out because", await File.ReadAllTextAsync(_folder.File("m.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_RecordingWithoutAFlaw_SaysNothingOfThem()
    {
        ThrumProgram.Outcome outcome = await RunAsync(["train", "whole.csv", "-o", "m.onnx", "--axis", "x", .. Quick]);

        Assert.DoesNotContain("gap", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("left out", outcome.Error + await File.ReadAllTextAsync(_folder.File("m.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ValuesThatAreNoNumbers_MeasuresTheLongestStretchWithoutOne()
    {
        ThrumProgram.Outcome text = await RunAsync("inspect", "nan.csv", "--axis", "x"), json = await RunAsync("inspect", "nan.csv", "--axis", "x", "--json");

        Assert.Contains("15 of 6000 samples are not finite; the longest stretch without one has 399, from sample 8 on", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text.Output, StringComparison.Ordinal);
        JsonElement report = JsonDocument.Parse(json.Output).RootElement, recording = report.GetProperty("recording");
        Assert.Equal((399, 8, 15, 6000), (recording.GetProperty("samples").GetInt32(), recording.GetProperty("start").GetInt32(), recording.GetProperty("nonFinite").GetInt32(), recording.GetProperty("recorded").GetInt32()));
        Assert.InRange(report.GetProperty("features").GetProperty("rms").GetDouble(), 0.5, 1);
    }

    [Fact]
    public async Task Inspect_HardlyAnyNumbers_IsRefused()
    {
        Write("holes.csv", 600, i => i, i => i % 20 == 7);
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "inspect", "holes.csv", "--axis", "x");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("30 of 600 samples are not finite; the longest stretch without one has 19, from sample 8 on, expected at least 64 finite ones in a row", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAndCalibrate_Gaps_AreSaidAndCounted()
    {
        await RunAsync(["train", "whole.csv", "-o", "m.onnx", "--axis", "x", .. Quick]);
        Write("other.csv", 6000, i => i < 2000 ? i : i + 5000, _ => false, seed: 5);
        JsonElement evaluated = await JsonAsync("evaluate", "--model", "m.onnx", "--healthy", "other.csv", "--faulty", "nan.csv", "--axis", "x", "--json");
        ThrumProgram.Outcome calibrated = await RunAsync("calibrate", "m.onnx", "other.csv", "-o", "c.onnx", "--axis", "x", "--json");

        // Of 687 windows of other.csv, those from sample 2000 to 7000 exclusive; in nan.csv each value takes one.
        Assert.Equal((313, 15), (evaluated.GetProperty("leftOut").GetProperty("healthy").GetInt32(), evaluated.GetProperty("leftOut").GetProperty("faulty").GetInt32()));
        Assert.Equal(687 - 313, evaluated.GetProperty("windows").GetProperty("healthy").GetInt32());
        Assert.Contains("warning: other has 1 gap in its times", calibrated.Error, StringComparison.Ordinal);
        Assert.Equal(313, JsonDocument.Parse(calibrated.Output).RootElement.GetProperty("leftOut").GetInt32());
    }

    [Theory]
    [InlineData("whole.csv", 1)]
    [InlineData("other.csv", 0)]
    public async Task Evaluate_OnWhatTheModelWasTrainedOn_Warns(string healthy, double share)
    {
        await RunAsync(["train", "whole.csv", "-o", "m.onnx", "--axis", "x", .. Quick]);
        Write("other.csv", 6000, i => i, _ => false, seed: 5);
        ThrumProgram.Outcome outcome = await RunAsync("evaluate", "--model", "m.onnx", "--healthy", healthy, "--faulty", "nan.csv", "--axis", "x", "--json");

        Assert.Equal(share, JsonDocument.Parse(outcome.Output).RootElement.GetProperty("trainedOn").GetDouble());
        Assert.Equal(share > 0, outcome.Error.Contains("warning: the healthy recordings hold about 100 % of what the model was trained on, expected others", StringComparison.Ordinal));
    }

    /// <summary>The faulty recording is of a quarter of the rate, and used whole: neither the part nor the decimation of the healthy one is its own.</summary>
    [Theory]
    [InlineData("train", "--on-disk")]
    [InlineData("train")]
    [InlineData("search", "--vary", "seed=1", "--folds", "3")]
    public async Task TrainAndSearch_FaultyOfAnotherRate_TakeThemAtTheirs(string command, params string[] more)
    {
        Plain("fast.csv", 24_000, 0.1);
        Plain("slow.csv", 4000, 0.4);

        ThrumProgram.Outcome outcome = await RunAsync([command, "fast.csv", "-o", "m.onnx", "--rate", "4000", "--decimate", "4", "--to", "0.5", "--faulty", "slow.csv", "--faulty-rate", "1000", "--json", .. Quick.Take(8), .. more]);

        if (command == "train")
        {
            // All of it, one window for each 16 samples.
            Assert.Contains("healthy windows that training did not see and 250 with a fault", await File.ReadAllTextAsync(_folder.File("m.html")), StringComparison.Ordinal);
        }
        else
        {
            // The same signal at the same rate: nothing tells one from the other.
            Assert.InRange(JsonDocument.Parse(outcome.Output).RootElement.GetProperty("trials")[0].GetProperty("auroc").GetDouble(), 0.3, 0.7);
        }
    }

    [Fact]
    public async Task Train_RatesThatDoNotFit_AreRefused()
    {
        Plain("plain.csv", 4000, 0.4);
        (string[] Arguments, string Sentence)[] cases =
        [
            (["whole.csv", "--rate", "48000"], "whole.csv: expected the given rate of 48000 Hz, to within 0.1 %, found 1000 Hz in the file"),
            (["whole.csv", "--faulty-rate", "1000"], "--faulty-rate is given without --faulty, expected both or neither"),
            (["whole.csv", "--faulty", "plain.csv", "--faulty-rate", "1500"], "plain.csv is sampled at 1500 Hz, expected 1000 Hz or a whole multiple of it"),
        ];
        foreach ((string[] arguments, string sentence) in cases)
        {
            ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["train", .. arguments, "-o", "m.onnx", "--axis", "1", .. Quick]);
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("inspect fast.uff")]
    [InlineData("train fast.uff -o m.onnx")]
    [InlineData("replay fast.uff --topic t")]
    public async Task AnyCommand_RateAtWhichNothingIsSampled_IsASentence(string command)
    {
        RecordingFiles.WriteUff(_folder.File("fast.uff"), isBinary: false, double.Epsilon, isTimed: false, new GeneratedAxis("1", 4000, i => MathF.Sin(0.4f * i)));

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, command.Split(' '));

        Assert.Equal((2, "thrum: fast.uff: expected a sampling rate from 0.000001 to 1000000000000 Hz, found Infinity Hz in the file\n"), (outcome.ExitCode, outcome.Error.ReplaceLineEndings("\n")));
    }

    private async Task<ThrumProgram.Outcome> RunAsync(params string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse((await RunAsync(arguments)).Output).RootElement;

    /// <summary>A tone with noise and its times, at 1 kHz.</summary>
    private void Write(string name, int count, Func<int, int> at, Func<int, bool> isNaN, int seed = 1)
    {
        var random = new Random(seed);
        File.WriteAllLines(_folder.File(name), Enumerable.Range(0, count).Select(i =>
        {
            double sample = Math.Sin((0.4 * i) + seed) + (0.2 * random.NextDouble());
            return string.Create(CultureInfo.InvariantCulture, $"{at(i) / 1000.0},{(isNaN(i) ? "nan" : sample.ToString("R", CultureInfo.InvariantCulture))}");
        }).Prepend("t,x"));
    }

    /// <summary>A tone without times.</summary>
    private void Plain(string name, int count, double step) =>
        File.WriteAllLines(_folder.File(name), Enumerable.Range(0, count).Select(i => Math.Sin(step * i).ToString("R", CultureInfo.InvariantCulture)).Prepend("x"));
}
