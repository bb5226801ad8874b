using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Demo;

/// <summary>
/// The whole product on one machine: an in-process broker, a simulated fleet that publishes to it over TCP, and the gateway with
/// its store and page. Everything but the simulation is what <c>thrum run</c> runs.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly DirectoryInfo _folder;
    private readonly LoopbackBroker _broker;
    private readonly GatewayHost _gateway;
    private readonly AlarmJudge _judge;

    private DemoRun(TimeProvider time, DirectoryInfo folder, LoopbackBroker broker, GatewayHost gateway, AlarmJudge judge, FleetPublisher fleet)
    {
        _time = time;
        _folder = folder;
        _broker = broker;
        _gateway = gateway;
        _judge = judge;
        _judge.FaultOnsetUnixNs = fleet.FaultOnsetUnixNs;
        Fleet = fleet;
    }

    public GatewayHost Gateway => _gateway;

    public FleetPublisher Fleet { get; }

    public static async Task<DemoRun> CreateAsync(TimeSpan faultOnset, int seed, TimeProvider time, ILoggerFactory loggers)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("thrum-demo-");
        var broker = new LoopbackBroker(new LoopbackBrokerOptions(), time, loggers.CreateLogger<LoopbackBroker>());
        var judge = new AlarmJudge();
        GatewayHost? gateway = null;
        try
        {
            gateway = await GatewayHost.CreateAsync(Options(folder, broker.Port), time, loggers, judge).ConfigureAwait(false);
            await gateway.StartHttpAsync(CancellationToken.None).ConfigureAwait(false);
            return new DemoRun(time, folder, broker, gateway, judge, new FleetPublisher(faultOnset, seed, time));
        }
        catch
        {
            if (gateway is not null)
            {
                await gateway.DisposeAsync().ConfigureAwait(false);
            }

            await broker.DisposeAsync().ConfigureAwait(false);
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Runs until stopped and tells what it showed.</summary>
    public async Task<DemoSummary> RunAsync(CancellationToken stopping)
    {
        long started = _time.GetTimestamp();
        using var stopGateway = new CancellationTokenSource();
        Task gateway = _gateway.RunAsync(stopGateway.Token);
        await WaitUntilAsync(() => _gateway.Session.IsSubscribed || gateway.IsCompleted).ConfigureAwait(false);
        await PublishAsync(gateway, stopping).ConfigureAwait(false);
        await WaitUntilAsync(() => _gateway.Ingest.Counters.Received >= Fleet.Messages || gateway.IsCompleted).ConfigureAwait(false);
        Uri page = _gateway.Page!;
        await stopGateway.CancelAsync().ConfigureAwait(false);
        await gateway.ConfigureAwait(false);
        return new DemoSummary
        {
            Messages = _gateway.Ingest.Counters.Received,
            Samples = _gateway.Ingest.Samples,
            Lost = Fleet.Messages - _gateway.Ingest.Counters.Received,
            Seconds = Math.Round(_time.GetElapsedTime(started).TotalSeconds, 1),
            Dashboard = page,
            Sensors = _judge.Sensors(),
        };
    }

    /// <summary>Publishes until stopped, or until the gateway ends, which it does on its own only by a fault.</summary>
    private async Task PublishAsync(Task gateway, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task fleet = Fleet.RunAsync(new MqttSessionOptions { Host = "127.0.0.1", Port = _broker.Port }, stop.Token);
        await Task.WhenAny(fleet, gateway).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await fleet.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
        _folder.Delete(recursive: true);
    }

    private static ThrumOptions Options(DirectoryInfo folder, int brokerPort) => new()
    {
        Name = "demo",
        Mqtt = new MqttOptions
        {
            Port = brokerPort,
            ClientId = "thrum-demo",
            Topics = [new TopicOptions { Template = "vibration/{machine}/{sensor}/{axis}", Qos = 1 }],
        },
        Detector = new DetectorOptions { Models = [new ModelOptions { Path = Path.Combine(AppContext.BaseDirectory, "models", "demo.onnx") }] },
        Machines = [.. DemoFleet.Machines.Select(machine => machine.Options)],
        Store = new StoreOptions { Path = Path.Combine(folder.FullName, "thrum.db") },
        Http = new HttpOptions { Port = FreePort.PreferOrAny(new HttpOptions().Port) },
    };

    private async Task WaitUntilAsync(Func<bool> condition)
    {
        long started = _time.GetTimestamp();
        while (!condition() && _time.GetElapsedTime(started) < CatchUpTime)
        {
            await Task.Delay(PollInterval, _time).ConfigureAwait(false);
        }
    }
}
