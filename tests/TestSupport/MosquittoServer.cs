using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Thrum.TestSupport;

/// <summary>
/// Debian's mosquitto on a free loopback port, with the settings that make it keep what it took: persistence, no queue limits, no
/// limit of messages in flight. State lives in a temporary folder that goes with the server.
/// </summary>
public sealed class MosquittoServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thrum-mosquitto-").FullName;
    private readonly StringBuilder _log = new();
    private Process? _process;

    private MosquittoServer(int port) => Port = port;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Everything the server has logged so far, over restarts.</summary>
    public string LogText
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server; skips the test where mosquitto is not installed.</summary>
    /// <param name="user">The only user let in; null: everybody.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="extraSettings">Further lines of the configuration; a setting given here replaces ours, and {port} and {folder} stand for the port and a folder.</param>
    public static async Task<MosquittoServer> StartAsync(string? user = null, string? password = null, params string[] extraSettings)
    {
        string program = Require.Program("mosquitto");
        for (int attempt = 1; ; attempt++)
        {
            var server = new MosquittoServer(ServerProcess.FreePort());
            try
            {
                await server.ConfigureAsync(user, password, extraSettings);
                await server.RunAsync(program);
                return server;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody else took the port in between.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>SIGTERM, on which mosquitto saves its state, and waits for the end.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        string id = process.Id.ToString(CultureInfo.InvariantCulture);
        using Process kill = Process.Start("kill", ["-TERM", id]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync().InTime();
    }

    /// <summary>SIGKILL: what was not saved is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync().InTime();
        }
    }

    /// <summary>Starts it again on the same port with the state it saved.</summary>
    public async Task StartAgainAsync()
    {
        await StopAsync();
        _process?.Dispose();
        await RunAsync(Require.Program("mosquitto"));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConfigureAsync(string? user, string? password, string[] extraSettings)
    {
        List<string> settings =
        [
            FormattableString.Invariant($"listener {Port} 127.0.0.1"),
            "persistence true",
            $"persistence_location {_folder}/",
            "max_queued_messages 0",
            "max_queued_bytes 0",
            "max_inflight_messages 0",
            "log_dest stderr",
            "log_type all",
            $"allow_anonymous {(user is null ? "true" : "false")}",
        ];
        if (user is not null)
        {
            string passwords = Path.Combine(_folder, "passwords");
            await File.WriteAllTextAsync(passwords, "");
            using Process tool = Process.Start(Require.Program("mosquitto_passwd"), ["-b", passwords, user, password ?? ""]);
            await tool.WaitForExitAsync();
            settings.Add($"password_file {passwords}");
        }

        // As root, mosquitto would change to a user that cannot read the folder.
        settings.Add($"user {Environment.UserName}");
        string[] replaced = [.. extraSettings.Select(line => line.Split(' ')[0])];
        settings.RemoveAll(line => replaced.Contains(line.Split(' ')[0]));
        await File.WriteAllLinesAsync(Path.Combine(_folder, "mosquitto.conf"), settings.Concat(extraSettings.Select(Filled)));
    }

    private string Filled(string line) =>
        line.Replace("{port}", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{folder}", _folder, StringComparison.Ordinal);

    private async Task RunAsync(string program)
    {
        var start = new ProcessStartInfo(program, ["-c", Path.Combine(_folder, "mosquitto.conf")]) { RedirectStandardError = true };
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => ready.TrySetResult(false);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data, ready);
        _process.Start();
        _process.BeginErrorReadLine();
        if (!await ready.Task.InTime())
        {
            throw new InvalidOperationException($"mosquitto did not start:\n{LogText}");
        }
    }

    private void OnLine(string? line, TaskCompletionSource<bool> ready)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }

        if (line?.EndsWith(" running", StringComparison.Ordinal) == true)
        {
            ready.TrySetResult(true);
        }
    }
}
