using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Calibration;

/// <summary>An axis that a model scores, its scores kept, and the endpoints over it.</summary>
internal sealed class RecalibrationPlant : IAsyncDisposable
{
    public const string Path = "/api/v1/sensors/pump/s/x/calibration";
    public static readonly AxisId Axis = new("pump", "s", "x");

    private const long Origin = 1_763_769_600_000_000_000;
    private const int Block = 160;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly ScoreRecorder _recorder;
    private readonly ModelSet _models;
    private readonly DetectorPipeline _pipeline;
    private readonly AxisReader _axes;
    private readonly OperatorCommands _commands;
    private PartsServer? _server;
    private Task _run = Task.CompletedTask;
    private Task _read = Task.CompletedTask;
    private int _windows;
    private int _sent;

    public RecalibrationPlant(BaselineOptions baseline)
    {
        string model = System.IO.Path.Combine(_folder.FullName, "tiny.onnx");
        TinyModel.Write(model);
        var options = new DetectorOptions
        {
            Shards = 1,
            Models = [new ModelOptions { Path = model }],
            Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Calibrated }],
            Baseline = baseline,
        };
        _models = ModelSet.Load(options);
        _pipeline = new DetectorPipeline(options, _models.Assignments, TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        _axes = new AxisReader(_pipeline);
        _recorder = OpenRecorder();
        _commands = new OperatorCommands(_pipeline, TimeProvider.System);
    }

    public HttpClient Client => _server!.Client;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        _run = _pipeline.RunAsync(CancellationToken.None);
        _read = ReadAsync();
        _server = await PartsServer.StartAsync(new ApiParts { Commands = _commands, Recalibrator = OpenRecalibrator(_recorder) });
    }

    /// <summary>What keeps the scores, as a start opens it.</summary>
    public ScoreRecorder OpenRecorder() =>
        new(System.IO.Path.Combine(_folder.FullName, "scores"), new RecalibrationOptions { KeptWindows = 2000 }, TimeProvider.System, NullLogger<ScoreRecorder>.Instance);

    public Recalibrator OpenRecalibrator(ScoreRecorder recorder) => new(recorder, _axes, () => _models.Assignments, _models.Rules, _commands);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _pipeline.Inputs[0].TryComplete();
        await _run;
        await _read;
        _axes.Dispose();
        _recorder.Dispose();
        _pipeline.Dispose();
        _models.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Sends so many windows of a sine with noise, waits until they are kept, and tells their time.</summary>
    public async Task<(DateTimeOffset From, DateTimeOffset To)> FeedAsync(int windows, double amplitude = 1)
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

            batch.Append(_pipeline.Streams.Resolve(Axis), TimeSource.Stamped, Origin + (_sent * 1_000_000L), 1000, count);
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

    /// <summary>What the axis is judged by.</summary>
    public async Task<JsonElement> GetAsync(string query = "") => await Client.GetFromJsonAsync<JsonElement>(new Uri(Path + query, UriKind.Relative), Cancelled);

    /// <summary>Asks for something to be done.</summary>
    public async Task<JsonElement> PostAsync(string verb, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(new Uri($"{Path}/{verb}", UriKind.Relative), body, Cancelled);
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
