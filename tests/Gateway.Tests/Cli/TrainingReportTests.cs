using System.Text.RegularExpressions;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The page that <c>thrum train</c> writes.</summary>
public sealed class TrainingReportTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_Report_IsOnePageThatNeedsNothingElseAndLeavesTheModelAsItIs()
    {
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "10s");
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "b.wav", "--duration", "4s", "--fault", "outer-race");

        ThrumProgram.Outcome plain = await TrainAsync("plain.onnx", "--no-report");
        ThrumProgram.Outcome told = await TrainAsync("told.onnx", "--report", "report.html", "--faulty", "b.wav");

        Assert.True(plain.ExitCode == 0 && told.ExitCode == 0, plain.Error + told.Error);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("plain.onnx")), await File.ReadAllBytesAsync(_folder.File("told.onnx")));
        string page = await File.ReadAllTextAsync(_folder.File("report.html"));
        Assert.False(File.Exists(_folder.File("plain.html")));
        Assert.All((string[])["src=", "href=", "url(", "@import", "<script"], outside => Assert.DoesNotContain(outside, page, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ByDefault_WritesEverySectionBesideTheModel()
    {
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "10s");
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "b.wav", "--duration", "4s", "--fault", "outer-race");

        ThrumProgram.Outcome outcome = await TrainAsync("pump.onnx", "--faulty", "b.wav");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        string page = await File.ReadAllTextAsync(_folder.File("pump.html"));
        Assert.Matches("<article class=\"finding (good|bad|open)\"><h2>[^<]+</h2><p>[^<]*\\d[^<]*</p><p><b>Try:</b> [^<]+</p>", page);
        Assert.Equal(
            ["Training", "Loss and metrics by epoch", "Reconstructions", "Spectra and errors", "Scores"],
            Regex.Matches(page, "<section><h2>([^<]+)</h2>").Select(section => section.Groups[1].Value));
        Assert.Contains("<dt>export</dt><dd>differs from the trained network by at most ", page, StringComparison.Ordinal);

        // Training and validation in one chart each: the loss, the model's metrics and the two that everybody knows.
        Assert.All((string[])["mse (loss)", "lmse\"", "mae"], name => AssertChart(page, name, 2, "training", "validation"));

        // Every other metric beside them, small, and all in the table.
        string[] others = ["sad", "lmse-max", "relative", "fl(mae)", "fl(relative)", "fft(1.."];
        Assert.All(others, name => AssertChart(page, name, 2));
        Assert.All(others, name => Assert.Matches($"<tr><td>{Regex.Escape(name)}[^<]*</td><td>[0-9]", page));
        Assert.DoesNotContain("while sad", page, StringComparison.Ordinal);
        Assert.All((string[])["least error", "median error", "largest error"], name => AssertChart(page, name, 2));
        AssertChart(page, "amplitude", 3, "window", "reconstruction", "error");
        AssertChart(page, "squared error of validation windows", 1);
        AssertChart(page, "distribution of mse", 2, "healthy", "faulty", "default rule");
        AssertChart(page, "ROC, area", 2, "chance");
        AssertChart(page, "over the threshold", 3, "F1", "false alarms", "missed");
    }

    /// <summary>Each axis by its name, and spectral lines of each, however long the window.</summary>
    [Fact]
    public async Task Train_OfSeveralAxesAndALongWindow_ShowsEachAxisAndAllLines()
    {
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "both.wav", "--duration", "8s");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "train", "both.wav", "--joint", "-o", "pump.onnx", "--window", "1200", "--model", "dense:2400-32-2400", "--epochs", "8", "--learning-rate", "3e-3", "--hop", "600");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        string page = await File.ReadAllTextAsync(_folder.File("pump.html"));
        string[] axes = [.. Regex.Match(page, "2 axes together, ([^;]+);").Groups[1].Value.Split(", ")];
        Assert.Equal(2, axes.Distinct().Count());
        AssertChart(page, "fft(1..600)", 2);
        foreach (string axis in axes)
        {
            Assert.All((string[])["least", "median", "largest"], name => AssertChart(page, $"{axis}: {name} error", 2, "time, ms"));
            AssertChart(page, $"{axis}: amplitude", 3, "standard deviations, the highest of 3 lines each");
        }

        Assert.Contains("Shown are the first 256 of 1200 samples.", page, StringComparison.Ordinal);
        Assert.Contains("The calibration is short", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--report", "r.html")]
    [InlineData("--faulty", "b.wav")]
    public async Task Train_NoReportWithWhatIsForAReport_IsRefused(string option, string value)
    {
        ThrumProgram.Outcome outcome = await TrainAsync("pump.onnx", "--no-report", option, value);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--no-report is given with --report or --faulty", outcome.Error, StringComparison.Ordinal);
    }

    private static void AssertChart(string page, string name, int lines, params string[] labels)
    {
        string chart = Assert.Single(page.Split("<svg ").Skip(1), svg => svg.Contains($"aria-label=\"{name}", StringComparison.Ordinal)).Split("</svg>")[0];
        Assert.Equal(lines, chart.Split("<polyline").Length - 1);
        Assert.All(labels, label => Assert.Contains($">{label}<", chart, StringComparison.Ordinal));
    }

    private Task<ThrumProgram.Outcome> TrainAsync(string model, params string[] more) =>
        ThrumProgram.RunAsync(_folder.Path, ["train", "a.wav", "-o", model, "--window", "64", "--model", "dense:64-32-64", "--epochs", "12", "--date", "2026-01-31", .. more]);
}
