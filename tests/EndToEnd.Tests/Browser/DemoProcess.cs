using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>A running <c>thrum demo --json</c>.</summary>
internal sealed partial class DemoProcess : IAsyncDisposable
{
    private readonly Process _process;

    private DemoProcess(Process process, Uri page)
    {
        _process = process;
        Page = page;
    }

    /// <summary>Address of the live page.</summary>
    public Uri Page { get; }

    /// <summary>Starts it; it runs until <see cref="FinishAsync"/>, so that a slow machine has its time.</summary>
    public static async Task<DemoProcess> StartAsync()
    {
        var start = new ProcessStartInfo(ThrumProgram.Location)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "demo", "--json" },
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("thrum did not start");
        string? line = await process.StandardError.ReadLineAsync().InTime();
        Match address = PageAddress().Match(line ?? "");
        Assert.True(address.Success, $"expected the page's address on standard error, found '{line}'");
        return new DemoProcess(process, new Uri(address.Value));
    }

    /// <summary>Ends it; the exit code must be 0.</summary>
    public async Task<JsonDocument> FinishAsync()
    {
        ServerProcess.Terminate(_process);
        string document = await _process.StandardOutput.ReadToEndAsync().InTime();
        await _process.WaitForExitAsync().InTime();
        Assert.Equal(0, _process.ExitCode);
        return JsonDocument.Parse(document);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/")]
    private static partial Regex PageAddress();
}
