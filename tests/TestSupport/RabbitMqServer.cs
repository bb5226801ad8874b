using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Thrum.TestSupport;

/// <summary>
/// RabbitMQ with its MQTT plugin on free loopback ports: a node of its own name, with its own port mapper, cookie, files and log in a
/// temporary folder that goes with it. The 3.10 of Debian speaks MQTT 3.1.1 and takes some 10 s to start.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    // Debian's wrapper on the PATH changes to the system's user and folder; this is the server's own script.
    private const string DebianScript = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string _folder;
    private readonly ServerProcess _portMapper;
    private readonly ServerProcess _server;

    private RabbitMqServer(string folder, int port, ServerProcess portMapper, ServerProcess server) =>
        (_folder, Port, _portMapper, _server) = (folder, port, portMapper, server);

    /// <summary>The MQTT port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts a server; skips the test where RabbitMQ is not installed.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        string program = Require.Program("rabbitmq-server");
        string mapper = Require.Program("epmd");
        string folder = ServerProcess.TemporaryFolder();
        int port = ServerProcess.FreePort();
        string mapperPort = ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "rabbitmq.conf"),
            ["listeners.tcp = none", FormattableString.Invariant($"mqtt.listeners.tcp.1 = 127.0.0.1:{port}"), "mqtt.allow_anonymous = true", "log.console = true", "log.file = false"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[rabbitmq_mqtt].");

        // Started here, since one that the server starts would outlive it.
        ServerProcess portMapper = await ServerProcess.StartAsync(
            mapper, ["-address", "127.0.0.1", "-port", mapperPort], () => AnswersAsync(int.Parse(mapperPort, CultureInfo.InvariantCulture)));
        try
        {
            ServerProcess server = await RunAsync(File.Exists(DebianScript) ? DebianScript : program, folder, port, mapperPort);
            return new RabbitMqServer(folder, port, portMapper, server);
        }
        catch
        {
            await portMapper.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _portMapper.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task<ServerProcess> RunAsync(string program, string folder, int port, string mapperPort) => ServerProcess.StartAsync(
        program,
        [],
        () => AnswersAsync(port),
        ("HOME", folder),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("ERL_EPMD_PORT", mapperPort),
        ("RABBITMQ_NODENAME", $"thrum{mapperPort}@localhost"),
        ("RABBITMQ_DIST_PORT", ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture)),
        ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf")),
        ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "plugins")),
        ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "state")),
        ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
        ("RABBITMQ_PID_FILE", Path.Combine(folder, "pid")),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"));

    private static async Task<bool> AnswersAsync(int port)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    }
}
