using System.Diagnostics;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Runs the built <c>thrum</c> as a process of its own.</summary>
internal static class ThrumProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Outcome> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Location(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().InTime();
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"thrum {string.Join(' ', arguments)} did not end within {Patience.Limit}");
        }

        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>The executable beside its own build, in the configuration of this test.</summary>
    private static string Location()
    {
        string configuration = Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name;
        return Path.Combine(RepositoryPaths.Root, "src", "Gateway", "bin", configuration, "net10.0", OperatingSystem.IsWindows() ? "thrum.exe" : "thrum");
    }

    internal sealed record Outcome(int ExitCode, string Output, string Error);
}
