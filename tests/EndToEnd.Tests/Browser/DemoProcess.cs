using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>A running <c>thrum demo --json</c>.</summary>
internal sealed partial class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly TimeSpan _duration;

    private DemoProcess(Process process, TimeSpan duration, Uri page)
    {
        _process = process;
        _duration = duration;
        Page = page;
    }

    /// <summary>Address of the live page.</summary>
    public Uri Page { get; }

    public static async Task<DemoProcess> StartAsync(TimeSpan duration)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "thrum"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "demo", "--json", "--duration", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s" },
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("thrum did not start");
        string? line = await process.StandardError.ReadLineAsync().WaitAsync(Slack);
        Match address = PageAddress().Match(line ?? "");
        Assert.True(address.Success, $"expected the page's address on standard error, found '{line}'");
        return new DemoProcess(process, duration, new Uri(address.Value));
    }

    /// <summary>Waits for the end; the exit code must be 0.</summary>
    public async Task<JsonDocument> FinishAsync()
    {
        string document = await _process.StandardOutput.ReadToEndAsync().WaitAsync(_duration + Slack);
        await _process.WaitForExitAsync().WaitAsync(Slack);
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
