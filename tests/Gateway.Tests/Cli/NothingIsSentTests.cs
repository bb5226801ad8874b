using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>ONNX Runtime's official builds send usage data unless told not to; what collects it leaves files in the temporary and the home folder.</summary>
public sealed class NothingIsSentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("inspect", "tiny.onnx")]
    [InlineData("train", "healthy.csv", "-o", "new.onnx", "--rate", "1000", "--window", "16", "--epochs", "30", "--batch", "32", "--learning-rate", "0.01", "--no-report")]
    public async Task Command_ThatUsesOnnxRuntime_StartsNoTelemetry(params string[] arguments)
    {
        string home = Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName;
        TinyModel.Write(Path.Combine(_folder.FullName, "tiny.onnx"));
        File.WriteAllLines(Path.Combine(_folder.FullName, "healthy.csv"), ["x", .. Enumerable.Range(0, 4000).Select(i => FormattableString.Invariant($"{Math.Sin(i * 0.3) + (0.01 * (i % 7)):F4}"))]);
        var elsewhere = new Dictionary<string, string?>
        {
            ["TMPDIR"] = home,
            ["HOME"] = home,
            ["XDG_CACHE_HOME"] = home,
            ["XDG_DATA_HOME"] = home,
            ["XDG_CONFIG_HOME"] = home,
            ["XDG_STATE_HOME"] = home,
            ["DOTNET_EnableDiagnostics"] = "0",

            // It keeps quiet of itself where these say that nobody uses it.
            ["CI"] = null,
            ["TF_BUILD"] = null,
            ["GITHUB_ACTIONS"] = null,
            ["ORT_RUNNING_UNIT_TESTS"] = null,
            ["ORT_DISABLE_TELEMETRY"] = null,
        };

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.FullName, elsewhere, arguments);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home, "*", SearchOption.AllDirectories));
    }
}
