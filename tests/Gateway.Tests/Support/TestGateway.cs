using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Signals;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Live;
using Thrum.Gateway.Telemetry;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A server with everything behind it: a pipeline that knows <c>pump/s/x</c>, one alarm of it with evidence, and a store.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    /// <summary>Rate of pump/s/x.</summary>
    public const int PumpRateHz = 1000;

    private const int PumpSamples = 3 * PumpRateHz;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly DetectorPipeline _pipeline = new(new DetectorOptions { Shards = 1 }, [], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
    private readonly Dictionary<AccessRole, string> _tokens = [];
    private readonly SignalReader _signals;
    private LocalStore? _store;
    private HttpServer? _server;
    private LiveModels? _models;
    private GatewayMeter? _meter;
    private Task _run = Task.CompletedTask;

    private TestGateway() => _signals = new SignalReader(_pipeline);

    public LiveView Live { get; } = new(TimeProvider.System);

    /// <summary>Makes batches for <see cref="Live"/>.</summary>
    public Scores Scores { get; } = new();

    public ListLoggerFactory Log { get; } = new();

    public HttpClient Client { get; } = new();

    public HttpServer Server => _server!;

    /// <summary>The alarm that has evidence.</summary>
    public Guid Alarm { get; } = Guid.NewGuid();

    /// <summary>Starts on loopback.</summary>
    /// <param name="withTokens">Whether it demands tokens, one of each role.</param>
    /// <param name="tls">A certificate.</param>
    /// <param name="requestsPerSecond">How many requests it allows; by default more than a test makes.</param>
    public static async Task<TestGateway> StartAsync(bool withTokens, HttpTlsOptions? tls = null, int requestsPerSecond = 100_000)
    {
        var gateway = new TestGateway();
        await gateway.OpenAsync(withTokens, tls ?? new(), requestsPerSecond);
        return gateway;
    }

    public string Token(AccessRole role) => _tokens[role];

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
        _models!.Dispose();
        _meter!.Dispose();
        _pipeline.Inputs[0].TryComplete();
        await _run;
        _signals.Dispose();
        _pipeline.Dispose();
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync(bool withTokens, HttpTlsOptions tls, int requestsPerSecond)
    {
        foreach (AccessRole role in Enum.GetValues<AccessRole>().Where(_ => withTokens))
        {
            _tokens[role] = AccessToken.Create();
        }

        _store = await LocalStore.OpenAsync(
            new StoreOptions { Path = Path.Combine(_folder.FullName, "thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await new EvidenceStore(_store).PutAsync([OneEvidence.For(Alarm)], CancellationToken.None);
        await KeepAsync(_store);
        using (ScoreBatch batch = Scores.Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1_500_000_000))
        {
            await Live.WriteAsync(batch, CancellationToken.None);
        }

        var status = new GatewayStatus(
            [new StageCounters("decode", "message")], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), [() => "broker: secret.example: connecting"]);
        var options = new HttpOptions
        {
            Port = 0,
            RequestsPerSecond = requestsPerSecond,
            Tls = tls,
            Tokens = [.. _tokens.Select(token => new HttpTokenOptions { Name = $"the-{token.Key}", Role = token.Key, Hash = AccessToken.HashOf(token.Value) })],
        };
        var commands = new OperatorCommands(_pipeline, TimeProvider.System);
        ModelSet models = ModelSet.Load(new DetectorOptions());
        _models = new LiveModels(models, _pipeline, commands, TimeProvider.System, NullLogger<LiveModels>.Instance);
        _meter = new GatewayMeter(status);
        var parts = new ApiParts { Store = _store, Meter = _meter, Commands = commands, Models = _models, Uploads = new ModelUpload(models, _models), Signals = _signals, Options = () => new ThrumOptions { Http = options } };
        _server = new HttpServer(options, status, Live, TimeProvider.System, Log, parts);
        _run = _pipeline.RunAsync(CancellationToken.None);
        await KnowPumpAsync();
        await _server.StartAsync(CancellationToken.None);
        Client.BaseAddress = _server.Address;
    }

    /// <summary>Puts a transition with <see cref="Alarm"/> as its id and a dead letter into the store, as a run before would have.</summary>
    private async Task KeepAsync(LocalStore store)
    {
        using ScoreBatch batch = new Scores().Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1_500_000_000, Alarm);
        await using (var history = new HistoryDestination(store, [], TimeProvider.System, 1))
        {
            await history.WriteAsync(batch, CancellationToken.None);
        }

        await using var letters = new DeadLetterStore(store, TimeProvider.System);
        letters.TryAdd(new DeadLetter(DeadLetter.Message, "plant/pump", DropReason.BadJson, "expected a number", 1_500_000_000, "", 3, new byte[] { 1, 2, 3 }));
    }

    /// <summary>Enough of a 50 Hz vibration to fill the measurement buffer of pump/s/x.</summary>
    private async Task KnowPumpAsync()
    {
        SampleBatch batch = _pipeline.SamplePool.Rent();
        for (int i = 0; i < PumpSamples; i++)
        {
            batch.FreeSpan()[i] = MathF.Sin(MathF.Tau * 50 * i / PumpRateHz);
        }

        batch.Append(_pipeline.Streams.Resolve(new AxisId("pump", "s", "x")), TimeSource.Stamped, 1_000_000_000_000_000_000, PumpRateHz, PumpSamples);
        await _pipeline.Inputs[0].WriteAsync(batch);
    }
}
