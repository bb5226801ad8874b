using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Baselines;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Scores;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Ingest.Broker;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A whole gateway with a broker in the process, a model of 16 samples at 1 kHz for every axis, and a folder that outlives a restart.</summary>
internal sealed class RunningGateway : IScoreDestination, IAsyncDisposable
{
    public const string Topic = "v/pump/s/x";

    private readonly LoopbackBroker _broker = new(new LoopbackBrokerOptions(), TimeProvider.System, NullLogger<LoopbackBroker>.Instance);
    private readonly Func<ThrumOptions, ThrumOptions> _adapt;
    private readonly List<WindowScore> _windows = [];
    private GatewayHost? _host;
    private CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private MqttPublisher? _publisher;
    private int _sent;

    private RunningGateway(Func<ThrumOptions, ThrumOptions> adapt) => _adapt = adapt;

    /// <summary>Time of the first sample that is published.</summary>
    public long StartUnixNs { get; set; } = 1_763_769_600_000_000_000;

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("thrum-test-");

    public ListLoggerFactory Log { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public string ModelPath => Path.Combine(Folder.FullName, "tiny.onnx");

    public string Name => "observer";

    /// <summary>What left so far.</summary>
    public IReadOnlyList<WindowScore> Windows
    {
        get
        {
            lock (_windows)
            {
                return [.. _windows];
            }
        }
    }

    public static async Task<RunningGateway> StartAsync(Func<ThrumOptions, ThrumOptions>? adapt = null, bool withModel = true)
    {
        var gateway = new RunningGateway(adapt ?? (options => options));
        if (withModel)
        {
            TinyModel.Write(gateway.ModelPath);
        }

        await gateway.StartAgainAsync();
        return gateway;
    }

    public async Task StartAgainAsync()
    {
        _stop = new CancellationTokenSource();
        _host = await GatewayHost.CreateAsync(_adapt(Options()), TimeProvider.System, Log, this);
        await _host.StartHttpAsync(CancellationToken.None);
        _run = _host.RunAsync(_stop.Token);
        // The answer to "Expect: 100-continue" is waited for: a body sent all the same would meet a closed connection.
        Client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = _host.Page };
        await UntilAsync(() => _host.Status.NotReadyReasons().Count == 0 || _run.IsCompleted, "it is ready");
        _publisher ??= await MqttPublisher.ConnectAsync(new MqttSessionOptions { Host = "127.0.0.1", Port = _broker.Port }, TimeProvider.System, CancellationToken.None);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _host!.DisposeAsync();
        Client.Dispose();
        _stop.Dispose();
    }

    /// <summary>Publishes the next samples of a noisy sine, and waits until their windows have left.</summary>
    public async Task PublishAsync(int samples, double amplitude = 1)
    {
        float[] values = [.. Enumerable.Range(_sent, samples).Select(i => (float)(amplitude * (Math.Sin(0.4 * i) + (0.2 * new Random(i).NextDouble()))))];
        long time = StartUnixNs + (_sent * 1_000_000L);
        _sent += samples;
        await SendAsync(Topic, values, time);
        long last = time + ((samples - 1) * 1_000_000L);
        await UntilAsync(() => Windows.Any(window => window.Stream.Id.Machine == "pump" && window.TimeUnixNs > last - 16_000_000), "its windows have left");
    }

    /// <summary>Publishes samples of another axis, and waits for nothing.</summary>
    /// <param name="topic">As <see cref="Topic"/>.</param>
    /// <param name="values">The samples, at 1 kHz.</param>
    /// <param name="timeUnixNs">Time of the first.</param>
    public async Task SendAsync(string topic, float[] values, long timeUnixNs)
    {
        MqttUserProperty[] stamp = [new("time", timeUnixNs.ToString(CultureInfo.InvariantCulture))];
        await _publisher!.PublishAsync(topic, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), MqttQos.AtLeastOnce, properties: stamp);
    }

    /// <summary>Posts a command; its status and answer.</summary>
    public async Task<(int Status, JsonElement Answer)> PostAsync(string path, object? body = null)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(new Uri("/api/v1/" + path, UriKind.Relative), body ?? new { });
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/" + path, UriKind.Relative));

    public Task UntilAsync(Func<bool> condition, string what) =>
        Patience.UntilAsync(() => Task.FromResult(condition()), () => $"{what}; log:\n{string.Join('\n', Log.Logger.Entries.Select(entry => entry.Text))}");

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        lock (_windows)
        {
            _windows.AddRange(batch.Windows);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        await _broker.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    private ThrumOptions Options() => new()
    {
        Mqtt = new MqttOptions { Port = _broker.Port, Topics = [new TopicOptions { Template = "v/{machine}/{sensor}/{axis}", SampleRateHz = 1000 }] },
        Detector = new DetectorOptions
        {
            Lateness = TimeSpan.Zero,
            ModelWatch = TimeSpan.Zero,
            Models = [new ModelOptions { Path = ModelPath }],
            Baseline = new BaselineOptions { Enabled = false },
        },
        Store = new StoreOptions { Path = Path.Combine(Folder.FullName, "thrum.db"), Durability = Durability.Journal },
        Http = new HttpOptions { Port = 0 },
    };
}
