using System.Diagnostics;
using System.Text.Json;

namespace Thrum.TestSupport;

/// <summary>Runs the real <c>thrum</c> as a process of its own: the executable that a reference to the Gateway project puts beside the test assembly.</summary>
public static class ThrumProgram
{
    // Against a hang alone: a training on a busy machine may take long.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Full path of the executable that was built with the test.</summary>
    public static string Location { get; } = Find();

    /// <summary>Runs it to its end in the working directory of the test, for arguments that name whole paths.</summary>
    public static Task<Outcome> RunHereAsync(params string[] arguments) => RunAsync(Environment.CurrentDirectory, arguments);

    /// <summary>Runs it to its end; one that does not end is killed and fails the test.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Outcome> RunAsync(string folder, params string[] arguments) => RunAsync(folder, new Dictionary<string, string?>(), arguments);

    /// <summary>Runs it to its end in another environment.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="environment">Variables that differ from this process's; null where one is not there.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Outcome> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(Location, arguments)
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

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Location} did not start.");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"thrum {string.Join(' ', arguments)} did not end within {Limit}: {await error}");
        }

        return new Outcome(process.ExitCode, await output, await error);
    }

    private static string Find()
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "thrum.exe" : "thrum");
        return File.Exists(program) ? program : throw new InvalidOperationException($"No {program}: the test project must reference src/Gateway.");
    }

    /// <summary>What a run gave.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>Standard output as the JSON document of <c>--json</c>.</summary>
        public JsonElement Json
        {
            get
            {
                using JsonDocument document = JsonDocument.Parse(Output);
                return document.RootElement.Clone();
            }
        }

        /// <summary>This outcome, when the exit code is 0; fails the test otherwise.</summary>
        public Outcome Succeeded() => ExitCode == 0 ? this : throw new InvalidOperationException($"thrum ended with code {ExitCode}: {Error}{Output}");
    }
}
