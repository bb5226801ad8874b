using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The page that <c>thrum train --report</c> writes.</summary>
public sealed class TrainingReportTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_Report_IsOnePageThatNeedsNothingElseAndLeavesTheModelAsItIs()
    {
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "a.wav", "--duration", "10s");
        await ThrumProgram.RunAsync(_folder.Path, "simulate", "pump-1", "-o", "b.wav", "--duration", "4s", "--fault", "outer-race");

        ThrumProgram.Outcome plain = await TrainAsync("plain.onnx");
        ThrumProgram.Outcome told = await TrainAsync("told.onnx", "--report", "report.html", "--faulty", "b.wav");

        Assert.True(plain.ExitCode == 0 && told.ExitCode == 0, plain.Error + told.Error);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("plain.onnx")), await File.ReadAllBytesAsync(_folder.File("told.onnx")));
        string page = await File.ReadAllTextAsync(_folder.File("report.html"));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.All((string[])["src=", "href=", "url(", "@import", "<script"], outside => Assert.DoesNotContain(outside, page, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    private Task<ThrumProgram.Outcome> TrainAsync(string model, params string[] more) =>
        ThrumProgram.RunAsync(_folder.Path, ["train", "a.wav", "-o", model, "--window", "64", "--model", "dense:64-32-64", "--epochs", "12", .. more]);
}
