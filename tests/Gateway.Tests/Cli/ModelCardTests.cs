using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Detector.Models;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The card that <c>thrum train</c> and <c>thrum calibrate</c> write beside a model, the check before it is written, and the day in it.</summary>
public sealed class ModelCardTests : IDisposable
{
    private static readonly string[] Quick = ["--rate", "1000", "--window", "16", "--model", "dense:16-8-16", "--epochs", "3", "--batch", "32", "--learning-rate", "0.01", "--no-report"];
    private readonly ConfigurationFolder _folder = new();

    public ModelCardTests()
    {
        Write("a.csv", 1, 3000);
        Write("b.csv", 2, 60_000);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ThenCalibrate_WriteACardOfWhatTheFileSays()
    {
        JsonElement trained = await RunAsync(["train", "a.csv", "-o", "m.onnx", "--json", .. Quick]);
        JsonElement calibrated = await RunAsync(["calibrate", "m.onnx", "b.csv", "-o", "m-2.onnx", "--rate", "1000", "--false-alarms", "60/hour", "--date", "2026-01-31", "--json"]);

        AssertTrained(trained, await File.ReadAllTextAsync(_folder.File("m.md")));
        string card = await File.ReadAllTextAsync(_folder.File("m-2.md"));
        Assert.StartsWith("# m-2.onnx", card, StringComparison.Ordinal);
        Assert.Contains("| on | 2026-01-31 on b/", card, StringComparison.Ordinal);
        Assert.Contains("| network | `dense:16-8-16`", card, StringComparison.Ordinal);
        AssertCalibrated(calibrated, card);
    }

    [Fact]
    public async Task Train_SameSeedAndDate_WritesTheSameFileOnAnyDay()
    {
        string first = await HashAsync("first.onnx", "--date", "2026-01-31"), again = await HashAsync("again.onnx", "--date", "2026-01-31");

        Assert.Equal(first, again);
        Assert.NotEqual(first, await HashAsync("later.onnx", "--date", "2026-02-01"));
        Assert.NotEqual(first, await HashAsync("other.onnx", "--date", "2026-01-31", "--seed", "2"));
    }

    [Fact]
    public async Task Train_OnFewWindows_TheCardWarns()
    {
        await RunAsync(["train", "a.csv", "-o", "m.onnx", "--json", .. Quick]);

        Assert.Matches(@"\*\*Thresholds stand on \d+ windows of calibration, expected at least 200", await File.ReadAllTextAsync(_folder.File("m.md")));
    }

    [Fact]
    public async Task Calibrate_HandWrittenCardBesideTheNewModel_IsKept()
    {
        await RunAsync(["train", "a.csv", "-o", "m.onnx", "--json", .. Quick]);
        await File.WriteAllTextAsync(_folder.File("notes.md"), "# What I know of this pump\n");

        ThrumProgram.Outcome refused = await ThrumProgram.RunAsync(_folder.Path, ["calibrate", "m.onnx", "b.csv", "-o", "notes.onnx", "--rate", "1000"]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("notes.md is there and is not a model card that thrum wrote, expected another name after --output", refused.Error, StringComparison.Ordinal);
        Assert.Equal("# What I know of this pump\n", await File.ReadAllTextAsync(_folder.File("notes.md")));
        Assert.False(File.Exists(_folder.File("notes.onnx")));
    }

    [Fact]
    public async Task Calibrate_OfBands_GivesEachItsTableItsLevelsAndItsWarning()
    {
        await RunAsync(["train", "a.csv", "-o", "m.onnx", "--json", .. Quick]);
        await RunAsync(["calibrate", "m.onnx", "a.csv", "-o", "few.onnx", "--rate", "1000", "--from", "0.8", "--band", "slow:300:1200", "--date", "2026-01-30", "--json"]);
        JsonElement fast = await RunAsync(["calibrate", "few.onnx", "b.csv", "-o", "both.onnx", "--rate", "1000", "--band", "fast:1200:3000", "--date", "2026-01-31", "--json"]);

        string card = await File.ReadAllTextAsync(_folder.File("both.md"));
        string[] parts = card.Split("### Band ");
        Assert.StartsWith("2026-01-31 on b/", fast.GetProperty("calibrated").GetString(), StringComparison.Ordinal);
        Assert.Equal(["slow, 300 to 1200", "fast, 1200 to 3000"], parts.Skip(1).Select(part => part.Split('\n')[0]));
        Assert.Contains("| on | what training held back |", parts[0], StringComparison.Ordinal);
        Assert.Contains("| on | 2026-01-30 on a/", parts[1], StringComparison.Ordinal);
        Assert.Contains($"| on | {fast.GetProperty("calibrated").GetString()} |", parts[2], StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {fast.GetProperty("thresholds").GetProperty("mse").GetProperty("raise").GetDouble():G4} |"), parts[2], StringComparison.Ordinal);
        Assert.Contains("**Thresholds in the band slow stand on ", card, StringComparison.Ordinal);
        Assert.DoesNotContain("**Thresholds in the band fast", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_NothingLearned_WritesTheReportAlone()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["train", "a.csv", "-o", "m.onnx", "--json", "--rate", "1000", "--window", "16", "--learning-rate", "1e-9", "--epochs", "1"]);

        Assert.Equal((1, false, false, true), (outcome.ExitCode, File.Exists(_folder.File("m.onnx")), File.Exists(_folder.File("m.md")), File.Exists(_folder.File("m.html"))));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(outcome.Output).RootElement.GetProperty("card").ValueKind);
    }

    /// <summary>A fault that training throws before anything is written, as is that of a file that does not do what was trained.</summary>
    [Fact]
    public async Task Train_LossThatIsNeverFinite_SaysSoEndsWith1AndWritesNothing()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(
            _folder.Path, ["train", "a.csv", "-o", "m.onnx", "--rate", "1000", "--window", "16", "--model", "dense:16-64-64-16,linear", "--epochs", "3", "--batch", "8", "--optimiser", "sgd:0.99", "--learning-rate", "1"]);

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("thrum: The mse loss of dense:16-64-64-16,linear was not finite in any of 3 attempts", outcome.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "m.*"));
    }

    [Fact]
    public async Task Train_OutputWhereTheCardGoes_IsRefused()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "train", "a.csv", "-o", "m.md");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("expected a name that ends in .onnx", outcome.Error, StringComparison.Ordinal);
    }

    private void AssertTrained(JsonElement json, string card)
    {
        using AutoencoderModel model = AutoencoderModel.Load(_folder.File("m.onnx"));
        Assert.Equal(("m.md", JsonValueKind.Null), (json.GetProperty("card").GetString(), json.GetProperty("report").ValueKind));
        Assert.InRange(json.GetProperty("parity").GetProperty("greatestDifference").GetDouble(), 0, 1e-5);
        Assert.InRange(json.GetProperty("parity").GetProperty("windows").GetInt32(), 10, 256);
        Assert.Equal(model.Metadata.Calibration!.Metrics["mse"].Median, json.GetProperty("calibration").GetProperty("mse").GetProperty("median").GetSingle());
        Assert.Equal(
            ["# m.onnx", "## What it takes and gives", "## Where it comes from", "## Calibration", "## Use and limits", "## Serving"],
            card.Split('\n').Where(line => line.StartsWith('#')));
        string[] told =
        [
            $"| data | {model.Metadata.Training} |", "sha256 ", "| network | `dense:16-8-16`, 280 parameters |", "60 % training, 20 % validation, 20 % calibration",
            "| losses | training ", "a constant output has ", "limit 1E-05", $"| `mse` | {model.Metadata.Calibration.Metrics["mse"].Median:G4} |",
            "\"Path\": \"m.onnx\"", "thrum run -c thrum.json",
        ];
        Assert.All(told, text => Assert.Contains(text, card, StringComparison.Ordinal));
    }

    private static void AssertCalibrated(JsonElement json, string card)
    {
        Assert.Equal(["path", "card", "windows", "leftOut", "band", "calibrated", "thresholds"], json.EnumerateObject().Select(member => member.Name));
        JsonElement mse = json.GetProperty("thresholds").GetProperty("mse");
        Assert.Equal(["raise", "clear", "origin", "falseAlarms", "lowPerHour", "highPerHour", "extrapolation"], mse.EnumerateObject().Select(member => member.Name));
        Assert.True(mse.GetProperty("raise").GetDouble() > mse.GetProperty("clear").GetDouble());
        Assert.InRange(mse.GetProperty("lowPerHour").GetDouble(), 0, mse.GetProperty("highPerHour").GetDouble());
        Assert.True(json.GetProperty("windows").GetInt32() > 200);
        Assert.Contains($"| {mse.GetProperty("origin").GetString()} |", card, StringComparison.Ordinal);
    }

    private void Write(string name, int seed, int count)
    {
        var random = new Random(seed);
        double Noise() => 0.1 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        File.WriteAllLines(_folder.File(name), Enumerable.Range(0, count).Select(i => (Math.Sin(0.4 * i) + Noise()).ToString("R", CultureInfo.InvariantCulture)).Prepend("x"));
    }

    private async Task<string> HashAsync(string name, params string[] more)
    {
        await RunAsync(["train", "a.csv", "-o", name, "--json", .. Quick, .. more]);
        return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(_folder.File(name))));
    }

    private async Task<JsonElement> RunAsync(string[] arguments)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }
}
