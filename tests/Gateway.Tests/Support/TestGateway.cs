using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Live;
using Thrum.Gateway.Telemetry;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Support;

/// <summary>
/// A server with everything behind it: a pipeline that knows <c>pump/s/x</c>, one alarm of it with evidence, a store, and a model <c>tiny</c> with a shadow and a card, for
/// another machine.
/// </summary>
internal sealed class TestGateway : IAsyncDisposable
{
    /// <summary>Rate of pump/s/x.</summary>
    public const int PumpRateHz = 1000;

    private const int PumpSamples = 3 * PumpRateHz;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly ModelSet _models;
    private readonly DetectorPipeline _pipeline;
    private readonly Dictionary<AccessRole, string> _tokens = [];
    private readonly AxisReader _axes;
    private LocalStore? _store;
    private HttpServer? _server;
    private LiveModels? _changes;
    private ModelUpload? _uploads;
    private GatewayMeter? _meter;
    private Task _run = Task.CompletedTask;

    private TestGateway()
    {
        TinyModel.Write(ModelPath);
        TinyModel.Write(ShadowPath);
        File.WriteAllText(ModelCardFile.PathOf(ModelPath), "# tiny");
        var options = new DetectorOptions { Shards = 1, Models = [new ModelOptions { Path = ModelPath, Shadow = ShadowPath, Match = "fan/*" }] };
        _models = ModelSet.Load(options);
        _pipeline = new DetectorPipeline(options, _models.Assignments, TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        _axes = new AxisReader(_pipeline);
    }

    public string ModelPath => Path.Combine(_folder.FullName, "tiny.onnx");

    public string ShadowPath => Path.Combine(_folder.FullName, "next.onnx");

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
    /// <param name="time">The server's clock; the system's where it is null.</param>
    public static async Task<TestGateway> StartAsync(bool withTokens, HttpTlsOptions? tls = null, int requestsPerSecond = 100_000, TimeProvider? time = null)
    {
        var gateway = new TestGateway();
        await gateway.OpenAsync(withTokens, tls ?? new(), requestsPerSecond, time ?? TimeProvider.System);
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

    /// <summary>Sends the good request of an endpoint.</summary>
    public Task<HttpResponseMessage> SendGoodAsync(EndpointRow row, string? token = null)
    {
        string path = row.Good.Replace("{id}", Alarm.ToString(), StringComparison.Ordinal);
        return row.Onnx is null ? SendAsync(new HttpMethod(row.Method), path, row.Body, token) : UploadAsync(path, row.Onnx, token);
    }

    /// <summary>Posts a model.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string path, byte[] onnx, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(onnx) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
        _uploads!.Dispose();
        _changes!.Dispose();
        _meter!.Dispose();
        _pipeline.Inputs[0].TryComplete();
        await _run;
        _axes.Dispose();
        _pipeline.Dispose();
        _models.Dispose();
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync(bool withTokens, HttpTlsOptions tls, int requestsPerSecond, TimeProvider time)
    {
        foreach (AccessRole role in Enum.GetValues<AccessRole>().Where(_ => withTokens))
        {
            _tokens[role] = AccessToken.Create();
        }

        _store = await LocalStore.OpenAsync(
            new StoreOptions { Path = Path.Combine(_folder.FullName, "thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await new EvidenceStore(_store).PutAsync([OneEvidence.For(Alarm)], CancellationToken.None);
        await KeepAsync(_store);
        using (ScoreBatch batch = Scores.Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1_500_000_000, Alarm))
        {
            await Live.WriteAsync(batch, CancellationToken.None);
        }

        var status = new GatewayStatus(
            [new StageCounters("decode", "message")], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), [() => "broker: secret.example: connecting"])
        {
            Models = () => _changes!.Views,
            Calibrations = () => _changes!.Calibrations,
        };
        var options = new HttpOptions
        {
            Port = 0,
            RequestsPerSecond = requestsPerSecond,
            Tls = tls,
            Tokens = [.. _tokens.Select(token => new HttpTokenOptions { Name = $"the-{token.Key}", Role = token.Key, Hash = AccessToken.HashOf(token.Value) })],
        };
        var commands = new OperatorCommands(_pipeline, TimeProvider.System);
        _changes = new LiveModels(_models, _pipeline, commands, TimeProvider.System, NullLogger<LiveModels>.Instance)
        {
            Comparison = new ShadowComparison(Path.Combine(_folder.FullName, "shadows.json"), TimeProvider.System, NullLogger<ShadowComparison>.Instance),
        };
        _uploads = new ModelUpload(_models, _changes);
        _meter = new GatewayMeter();
        _meter.Observe(status);
        var parts = new ApiParts
        {
            Store = _store,
            Meter = _meter,
            Commands = commands,
            Models = _changes,
            Uploads = _uploads,
            Axes = _axes,
            Recalibrator = new Recalibrator(null, _axes, () => _models.Assignments, _models.Rules, commands),
            Options = () => new ThrumOptions { Http = options },
        };
        _server = new HttpServer(options, status, Live, time, Log, parts);
        _run = _pipeline.RunAsync(CancellationToken.None);
        await KnowPumpAsync();
        Assert.Equal(CommandOutcome.Applied, (await _changes.ReloadAsync("tiny", ModelRole.Shadow, "test", CancellationToken.None)).Outcome);
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
