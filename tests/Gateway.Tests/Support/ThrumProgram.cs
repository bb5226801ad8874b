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
    public static Task<Outcome> RunAsync(string folder, params string[] arguments) => RunAsync(folder, new Dictionary<string, string?>(), arguments);

    /// <summary>Runs it to its end with so much managed memory; more of it ends the process.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="heapBytes">Greatest size of the managed heap.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Outcome> RunWithinAsync(string folder, long heapBytes, params string[] arguments) =>
        RunAsync(folder, new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = heapBytes.ToString("X", CultureInfo.InvariantCulture) }, arguments);

    /// <summary>Runs it to its end in another environment.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="environment">Variables that differ from this process's; null where one is not there.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Outcome> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Location(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
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
