namespace Thrum.TestSupport;

/// <summary>Prometheus Alertmanager on a free loopback port, which notifies nobody.</summary>
public sealed class AlertmanagerServer : IAsyncDisposable
{
    private readonly string _folder = ServerProcess.TemporaryFolder();
    private ServerProcess? _process;

    private AlertmanagerServer() => Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");

    public Uri Url { get; }

    /// <summary>Starts an empty server, or skips the test.</summary>
    public static async Task<AlertmanagerServer> StartAsync()
    {
        string program = Require.Program("prometheus-alertmanager");
        AlertmanagerServer server = new();
        string configuration = Path.Combine(server._folder, "alertmanager.yml");
        await File.WriteAllTextAsync(configuration, "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
        using HttpClient client = new() { BaseAddress = server.Url };
        server._process = await ServerProcess.StartAsync(
            program,
            [$"--config.file={configuration}", $"--storage.path={server._folder}/data", $"--web.listen-address=127.0.0.1:{server.Url.Port}", "--cluster.listen-address=", "--log.level=error"],
            async () => (await client.GetAsync("-/ready")).IsSuccessStatusCode);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
