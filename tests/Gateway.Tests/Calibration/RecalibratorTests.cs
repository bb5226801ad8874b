using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Signals;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Calibration;

/// <summary>An axis that a model scores, its scores kept, and the endpoints over it.</summary>
public sealed class RecalibratorTests : IAsyncLifetime
{
    private const long Origin = 1_763_769_600_000_000_000;
    private const int Block = 160;
    private const string Path = "/api/v1/sensors/pump/s/x/calibration";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly ScoreRecorder _recorder;
    private readonly ModelSet _models;
    private readonly DetectorPipeline _pipeline;
    private readonly SignalReader _signals;
    private readonly OperatorCommands _commands;
    private PartsServer? _server;
    private Task _run = Task.CompletedTask;
    private Task _read = Task.CompletedTask;
    private int _windows;
    private int _sent;

    public RecalibratorTests()
    {
        string model = System.IO.Path.Combine(_folder.FullName, "tiny.onnx");
        TinyModel.Write(model);
        var options = new DetectorOptions { Shards = 1, Models = [new ModelOptions { Path = model }], Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Calibrated }] };
        _models = ModelSet.Load(options);
        _pipeline = new DetectorPipeline(options, _models.Assignments, TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        _signals = new SignalReader(_pipeline);
        _recorder = new ScoreRecorder(System.IO.Path.Combine(_folder.FullName, "scores"), new RecalibrationOptions { KeptWindows = 2000 }, TimeProvider.System, NullLogger<ScoreRecorder>.Instance);
        _commands = new OperatorCommands(_pipeline, TimeProvider.System);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private HttpClient Client => _server!.Client;

    public async ValueTask InitializeAsync()
    {
        _run = _pipeline.RunAsync(CancellationToken.None);
        _read = ReadAsync();
        _server = await PartsServer.StartAsync(
            new ApiParts { Commands = _commands, Recalibrator = new Recalibrator(_recorder, _signals, () => _models.Assignments, _models.Rules, _commands) });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _pipeline.Inputs[0].TryComplete();
        await _run;
        await _read;
        _signals.Dispose();
        _recorder.Dispose();
        _pipeline.Dispose();
        _models.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Propose_SlowDrift_ShowsItAndChangesNothingUntilItIsConfirmed()
    {
        await FeedAsync(400);
        (DateTimeOffset from, DateTimeOffset to) = await FeedAsync(400, amplitude: 1.05);
        JsonElement before = await GetAsync();

        JsonElement report = await PostAsync("propose", new { from, to });

        Assert.Equal(400, report.GetProperty("windows").GetInt32());
        Assert.Equal(0, report.GetProperty("leftOut").GetInt32());
        JsonElement level = Assert.Single(report.GetProperty("levels").EnumerateArray());
        double raise = level.GetProperty("raise").GetDouble(), raiseBefore = level.GetProperty("raiseBefore").GetDouble();
        JsonElement metric = Assert.Single(report.GetProperty("metrics").EnumerateArray());
        Assert.InRange(metric.GetProperty("kolmogorovSmirnov").GetDouble(), 0, 1);
        Assert.InRange(metric.GetProperty("bound").GetDouble(), 0.01, 1);
        Assert.InRange(metric.GetProperty("medianShift").GetDouble(), 0.1, 2);
        Assert.Equal(before.ToString(), (await GetAsync()).ToString());
        Assert.NotEqual(raise, raiseBefore);

        await PostAsync("confirm", new { id = report.GetProperty("id").GetString(), force = true, by = "ann" });

        JsonElement after = await GetAsync();
        Assert.True(after.GetProperty("isOwn").GetBoolean());
        Assert.Equal(raise, after.GetProperty("levels")[0].GetProperty("raise").GetDouble());
        Assert.Equal(400, after.GetProperty("metrics")[0].GetProperty("windows").GetInt32());

        // The same again has nothing left to say.
        JsonElement again = await PostAsync("propose", new { from, to });
        Assert.False(again.GetProperty("needsForce").GetBoolean());
        Assert.Equal(0, again.GetProperty("metrics")[0].GetProperty("shift").GetDouble());

        await PostAsync("restore", new { by = "ann" });

        Assert.Equal(before.ToString(), (await GetAsync()).ToString());
    }

    [Fact]
    public async Task Propose_WhatLooksLikeAFault_IsPutInForceByForceOnly()
    {
        await FeedAsync(150);
        (DateTimeOffset from, DateTimeOffset to) = await FeedAsync(150);
        JsonElement calm = await PostAsync("propose", new { from, to });
        await PostAsync("confirm", new { id = calm.GetProperty("id").GetString(), force = true });
        (from, to) = await FeedAsync(600, amplitude: 5);

        // All of it is under an alarm but the first windows.
        JsonElement refused = await PostAsync("propose", new { from, to }, HttpStatusCode.Conflict);
        Assert.Contains("were under an alarm", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);

        from -= TimeSpan.FromSeconds(5);
        JsonElement report = await PostAsync("propose", new { from, to });
        Assert.True(report.GetProperty("needsForce").GetBoolean());
        Assert.Contains("alarms stood", report.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        string id = report.GetProperty("id").GetString()!;
        Assert.Contains("force", (await PostAsync("confirm", new { id }, HttpStatusCode.Conflict)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await PostAsync("confirm", new { id, force = true });
    }

    [Fact]
    public async Task Client_ReportAndConfirmation_AreThoseOfTheApi()
    {
        await FeedAsync(150);
        (DateTimeOffset from, DateTimeOffset to) = await FeedAsync(150);
        using var client = new GatewayClient(Client.BaseAddress!.ToString(), null);

        DriftReport report = await client.PostAsync<DriftReport>(Path[1..] + "/propose", new { hours = (double?)null, from, to, band = "" }, Cancelled);
        JsonElement done = await client.PostAsync<JsonElement>(Path[1..] + "/confirm", new { id = report.Id, force = true }, Cancelled);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => client.PostAsync<JsonElement>(Path[1..] + "/confirm", new { id = "none" }, Cancelled));

        Assert.Equal(150, report.Windows);
        Assert.Contains("is calibrated by 150 windows", done.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("there is no proposal 'none'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"hours":0}""")]
    [InlineData("""{"hours":1,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z"}""")]
    public async Task Propose_WithoutATime_IsAProblemOfStatus400(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.PostAsync(new Uri(Path + "/propose", UriKind.Relative), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Propose_NothingKeptOfThatTime_IsAProblemOfStatus409()
    {
        await FeedAsync(150);

        JsonElement problem = await PostAsync("propose", new { hours = 0.001 }, HttpStatusCode.Conflict);

        Assert.Contains("0 healthy windows", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Sends so many windows of a sine with noise, waits until they are kept, and tells their time.</summary>
    private async Task<(DateTimeOffset From, DateTimeOffset To)> FeedAsync(int windows, double amplitude = 1)
    {
        var random = new Random(_sent);
        long first = _sent;
        for (int left = windows * 16; left > 0; left -= Block)
        {
            int count = Math.Min(Block, left);
            SampleBatch batch = _pipeline.SamplePool.Rent();
            for (int i = 0; i < count; i++)
            {
                batch.FreeSpan()[i] = (float)(amplitude * (Math.Sin(0.4 * (_sent + i)) + (0.01 * random.NextDouble())));
            }

            batch.Append(_pipeline.Streams.Resolve(new AxisId("pump", "s", "x")), TimeSource.Stamped, Origin + (_sent * 1_000_000L), 1000, count);
            await _pipeline.Inputs[0].WriteAsync(batch, Cancelled);
            _sent += count;
        }

        await Patience.UntilAsync(() => Volatile.Read(ref _windows) >= _sent / 16);

        return (At(first), At(_sent - 1));
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.UnixEpoch.AddTicks(Origin / 100).AddMilliseconds(ms);

    private async Task ReadAsync()
    {
        await foreach (ScoreBatch batch in _pipeline.Output.ReadAllAsync(CancellationToken.None))
        {
            using (batch)
            {
                await _recorder.WriteAsync(batch, CancellationToken.None);
                Interlocked.Add(ref _windows, batch.Count);
            }
        }
    }

    private async Task<JsonElement> GetAsync() => await Client.GetFromJsonAsync<JsonElement>(new Uri(Path, UriKind.Relative), Cancelled);

    private async Task<JsonElement> PostAsync(string verb, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(new Uri($"{Path}/{verb}", UriKind.Relative), body, Cancelled);
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
