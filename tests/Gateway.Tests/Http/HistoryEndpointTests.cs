using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Http;

public sealed class HistoryEndpointTests : IAsyncLifetime
{
    private const long NowUnixNs = 1_800_000_000_000_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(NowUnixNs / 1_000_000));
    private LocalStore? _store;
    private PartsServer? _server;

    private HttpClient Client => _server!.Client;

    public async ValueTask InitializeAsync()
    {
        _store = await LocalStore.OpenAsync(new StoreOptions { Path = Path.Combine(_folder.FullName, "thrum.db") }, _time, NullLogger<LocalStore>.Instance);
        _server = await PartsServer.StartAsync(new ApiParts { Store = _store }, time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Get_ScoredWindows_GivesTheirSpansOldestFirst()
    {
        await WriteAsync((NowUnixNs - 5_000_000_000, 3), (NowUnixNs - 4_900_000_000, 1), (NowUnixNs - 2_000_000_000, float.NaN));

        using JsonDocument answer = JsonDocument.Parse(await Client.GetStringAsync("/api/v1/history?machine=m&sensor=s&axis=a&minutes=1"));

        JsonElement[] spans = [.. answer.RootElement.EnumerateArray()];
        Assert.Equal([2, 1], spans.Select(span => span.GetProperty("windows").GetInt32()));
        Assert.Equal(3, spans[0].GetProperty("maxScore").GetDouble());
        Assert.Equal(2, spans[0].GetProperty("meanScore").GetDouble());
        Assert.Equal(JsonValueKind.Null, spans[1].GetProperty("maxScore").ValueKind);
        Assert.Equal("nonFinite", spans[1].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Get_UnknownAxis_GivesNone() =>
        Assert.Equal("[]", await Client.GetStringAsync("/api/v1/history?machine=nobody"));

    [Theory]
    [InlineData("/api/v1/history")]
    [InlineData("/api/v1/history?machine=m&minutes=long")]
    public async Task Get_BadQuery_Is400(string path) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.GetAsync(path)).StatusCode);

    private async Task WriteAsync(params (long TimeUnixNs, float Score)[] windows)
    {
        await using var history = new HistoryDestination(_store!, [], _time);
        using ScoreBatch batch = new ScoreBatchPool().Rent();
        AxisStream stream = new StreamRegistry(1).Resolve(new AxisId("m", "s", "a"));
        var model = new ScoredModel("x", "0", ["mse"], ["mse"]);
        foreach ((long time, float score) in windows)
        {
            bool scored = float.IsFinite(score);
            var window = new WindowScore
            {
                Stream = stream,
                Model = model,
                TimeUnixNs = time,
                Status = scored ? WindowStatus.Valid : WindowStatus.NonFinite,
                State = AlarmState.Normal,
                Score = score,
                PValue = 0.5f,
                Threshold = 9,
            };
            batch.Append(window, scored ? [score] : []);
        }

        await history.WriteAsync(batch, CancellationToken.None);
        await history.CompleteAsync(CancellationToken.None);
    }
}
