using System.Diagnostics;
using System.Text.Json;

namespace Thrum.TestSupport;

/// <summary>What a command gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
public sealed record CliResult(int ExitCode, string Output, string Errors)
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

    /// <summary>This result, when the exit code is 0; fails the test otherwise.</summary>
    public CliResult Succeeded() => ExitCode == 0 ? this : throw new InvalidOperationException($"thrum ended with code {ExitCode}: {Errors}{Output}");
}

/// <summary>Runs the command line's real executable, which a reference to the Gateway project puts beside the test assembly.</summary>
public static class ThrumCli
{
    /// <summary>The executable that was built with the test.</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>Runs a command to its end; one that does not end is killed and fails the test.</summary>
    public static async Task<CliResult> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().InTime();
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"thrum {string.Join(' ', arguments)} did not end within {Patience.Limit}: {await errors}");
        }

        return new CliResult(process.ExitCode, await output, await errors);
    }

    private static string FindProgram()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "thrum");
        return File.Exists(program) ? program : throw new InvalidOperationException($"No {program}: the test project must reference src/Gateway.");
    }
}
