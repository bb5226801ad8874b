using System.Diagnostics;
using System.Globalization;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Runs the built <c>thrum</c> as a process of its own.</summary>
internal static class ThrumProgram
{
    // Against a hang alone: a busy machine may take long.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Outcome> RunAsync(string folder, params string[] arguments) => RunAsync(folder, null, arguments);

    /// <summary>Runs it to its end with so much managed memory; more of it ends the process.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="heapBytes">Greatest size of the managed heap.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Outcome> RunWithinAsync(string folder, long heapBytes, params string[] arguments) => RunAsync(folder, heapBytes, arguments);

    private static async Task<Outcome> RunAsync(string folder, long? heapBytes, string[] arguments)
    {
        var start = new ProcessStartInfo(Location(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (heapBytes is { } bytes)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("X", CultureInfo.InvariantCulture);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"thrum {string.Join(' ', arguments)} did not end within {Limit}");
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
