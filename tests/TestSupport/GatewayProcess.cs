using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Detector.Durability;

namespace Thrum.TestSupport;

/// <summary>
/// <c>thrum run</c> as a child process. Configuration and store live in a temporary folder that goes with it; it can be ended and
/// started again on the same store.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly HttpClient _client;
    private ServerProcess? _process;
    private string _earlierLog = "";

    private readonly long _diskBytes;

    private GatewayProcess(JsonObject settings, long diskBytes)
    {
        _diskBytes = diskBytes;
        Folder = ServerProcess.TemporaryFolder();
        int port = ServerProcess.FreePort();
        settings["version"] = 1;
        settings["http"] = new JsonObject { ["port"] = port };
        ConfigurationFile = Path.Combine(Folder, "thrum.json");
        File.WriteAllText(ConfigurationFile, settings.ToJsonString());
        _client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    /// <summary>Where its configuration is; a relative path in it, such as the store's default, lies here.</summary>
    public string Folder { get; }

    public string ConfigurationFile { get; }

    /// <summary>Address of its page.</summary>
    public Uri Page => _client.BaseAddress!;

    /// <summary>Everything it logged so far, over restarts.</summary>
    public string Log => _earlierLog + _process?.Output;

    /// <summary>Starts a gateway that serves its page; its broker may still be away.</summary>
    /// <param name="settings">The configuration but for the version and the page's address, which are filled in.</param>
    /// <param name="diskBytes">Size of a file system of its own for <c>data</c> in its folder, in memory, that goes with the process; 0 for none.</param>
    public static async Task<GatewayProcess> StartAsync(JsonObject settings, long diskBytes = 0)
    {
        GatewayProcess gateway = new(settings, diskBytes);
        try
        {
            await gateway.StartAgainAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the store it had.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
        {
            _earlierLog += _process.Output;
            await _process.DisposeAsync();
        }

        string[] run = ["run", "-c", ConfigurationFile];
        (string program, string[] arguments) = _diskBytes > 0 ? OnItsOwnDisk(run) : (ThrumProgram.Location, run);
        _process = await ServerProcess.StartAsync(program, arguments, async () => (await _client.GetAsync("healthz")).IsSuccessStatusCode);
    }

    /// <summary>A file on the gateway's own disk, as other processes reach it.</summary>
    public string OnDisk(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{_process!.Id}/root{Folder}/data/{name}");

    /// <summary>The command that mounts the disk in a name space of the process and then becomes the gateway.</summary>
    private (string Program, string[] Arguments) OnItsOwnDisk(string[] run)
    {
        string disk = Path.Combine(Folder, "data");
        Directory.CreateDirectory(disk);
        string mount = string.Create(CultureInfo.InvariantCulture, $"mount -t tmpfs -o size={_diskBytes} tmpfs '{disk}' && exec \"$0\" \"$@\"");
        return (Require.Program("unshare"), ["-Urm", "sh", "-c", mount, ThrumProgram.Location, .. run]);
    }

    /// <summary>Starts it on the store it had, to end itself by SIGKILL at a place; false when it had not come there in time, and then it is killed.</summary>
    /// <param name="crashAt">Place and passage, as the environment variable THRUM_CRASH_AT has them.</param>
    /// <param name="within">How long it may take.</param>
    public async Task<bool> StartUntilCrashAsync(string crashAt, TimeSpan within)
    {
        if (_process is not null)
        {
            _earlierLog += _process.Output;
            await _process.DisposeAsync();
        }

        _process = await ServerProcess.StartAsync(
            ThrumProgram.Location, ["run", "-c", ConfigurationFile], () => Task.FromResult(true), (CrashPoints.Variable, crashAt));
        bool crashed = await _process.EndsByItselfAsync(within);
        const int KilledBySignal = 128 + 9;
        if (crashed && _process.ExitCode != KilledBySignal)
        {
            throw new InvalidOperationException($"the gateway ended with code {_process.ExitCode}, expected SIGKILL at {crashAt}: {Log}");
        }

        await _process.KillAsync();
        return crashed;
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public Task WaitUntilReadyAsync() => Patience.UntilAsync(async () => await NotReadyReasonsAsync() is [], () => $"the gateway to be ready: {Log}");

    /// <summary>What <c>/readyz</c> says is missing; empty when it answers 200.</summary>
    public async Task<IReadOnlyList<string>> NotReadyReasonsAsync()
    {
        using HttpResponseMessage response = await _client.GetAsync("readyz");
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        string[] reasons = [.. document.RootElement.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!)];
        return reasons.Length == 0 == (response.StatusCode == HttpStatusCode.OK)
            ? reasons
            : throw new InvalidOperationException($"/readyz answers {response.StatusCode} with {reasons.Length} reasons.");
    }

    /// <summary>The counters of <c>/metrics</c> now.</summary>
    public async Task<GatewayMetrics> MetricsAsync() => GatewayMetrics.Parse(await MetricsTextAsync());

    /// <summary>What <c>/metrics</c> answers now.</summary>
    public Task<string> MetricsTextAsync() => _client.GetStringAsync("metrics");

    /// <summary>Polls the counters until they are as wanted; fails the test with the last ones otherwise.</summary>
    public async Task<GatewayMetrics> WaitForMetricsAsync(Func<GatewayMetrics, bool> wanted, string what)
    {
        GatewayMetrics last = GatewayMetrics.Parse("");
        await Patience.UntilAsync(async () => wanted(last = await MetricsAsync()), () => $"{what}\n{last}\n{Log}");
        return last;
    }

    /// <summary>The transitions that the API shows, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AlarmsAsync()
    {
        using JsonDocument document = JsonDocument.Parse(await _client.GetStringAsync("api/v1/alarms"));
        return [.. document.RootElement.EnumerateArray().Select(alarm => alarm.Clone())];
    }

    /// <summary>Posts JSON to the API; the status.</summary>
    public async Task<HttpStatusCode> PostAsync(string path, string json)
    {
        using StringContent content = new(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client.PostAsync(path, content);
        return response.StatusCode;
    }

    /// <summary>How many lines of the log contain the text.</summary>
    public int LogLinesWith(string text) => Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _process!.StopAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
            await _process.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
