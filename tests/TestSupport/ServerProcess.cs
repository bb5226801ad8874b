using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Thrum.TestSupport;

/// <summary>A server that a test started: found by its full path, ended by its process id.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int LowestPort = 10_000;

    // Where Linux begins with the ports of outgoing connections, unless it is told otherwise.
    private const int OutgoingPorts = 32_768;

    private static int _ports = Environment.ProcessId * 256;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The code it ended with; 128 and the signal's number where a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What the server wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>
    /// A TCP port of the loopback interface that is free, another one at each call. It lies below those that the system gives to outgoing connections: none of these
    /// can take it before a server does or while the server is down, not even one to that very port.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = LowestPort + (int)((uint)Interlocked.Increment(ref _ports) % (OutgoingPorts - LowestPort));
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }

    /// <summary>A new empty folder in the temporary folder.</summary>
    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("thrum-test-").FullName;

    /// <summary>Starts a program and returns when <paramref name="isReady"/> says so.</summary>
    /// <param name="path">Full path, from <see cref="Require.Program"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isReady">Asked now and then; a fault of the network counts as no.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    public static async Task<ServerProcess> StartAsync(
        string path, IEnumerable<string> arguments, Func<Task<bool>> isReady, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // One that is killed would leave the sockets of its diagnostics in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        ServerProcess server = new(Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start."));
        try
        {
            await server.WaitUntilReadyAsync(path, isReady);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for it to end by itself; false when it did not in that time.</summary>
    public async Task<bool> EndsByItselfAsync(TimeSpan within)
    {
        using CancellationTokenSource deadline = new(within);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and SIGKILL when that did not end it in time.</summary>
    public async Task StopAsync()
    {
        Terminate(_process);

        using CancellationTokenSource deadline = new(Patience.Limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private const int SigTerm = 15;

    /// <summary>SIGTERM, unless it has ended.</summary>
    public static void Terminate(Process process)
    {
        if (!process.HasExited)
        {
            _ = SendSignal(process.Id, SigTerm);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    private Task WaitUntilReadyAsync(string path, Func<Task<bool>> isReady) => Patience.UntilAsync(
        () => _process.HasExited ? throw new InvalidOperationException($"{path} ended with code {_process.ExitCode}:\n{Output}") : isReady(),
        () => $"{path} to be ready; it wrote:\n{Output}");

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
