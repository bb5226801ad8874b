using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>The live state as readers follow it.</summary>
public sealed class LiveFeedTests
{
    [Fact]
    public async Task Live_AfterTheFirstEvent_TellsOnlyWhatChanged()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await FillAsync(gateway);
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/api/v1/live");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        (string _, string first, JsonElement all) = await NextAsync(reader);
        using (ScoreBatch batch = new Scores().Of(2, 3_000_000_000, "machine-0"))
        {
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        (string id, string second, JsonElement changed) = await NextAsync(reader);

        Assert.Equal(("state", "change"), (first, second));
        Assert.Equal(300, all.GetProperty("sensors").GetArrayLength());
        Assert.Equal("pump", Assert.Single(changed.GetProperty("sensors").EnumerateArray()).GetProperty("machine").GetString());
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("alarms").ValueKind);
        Assert.Matches(@"^[0-9a-f]{8}\.[0-9]+$", id);
    }

    [Fact]
    public async Task Live_AlarmThatNoWindowDecided_IsToldWithoutAValue()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        AlarmTransition suppressed = Scores.Change(new AxisId("pump", "s", "x"), "score", AlarmSeverity.Alarm, AlarmState.ActiveUnacknowledged, AlarmState.Suppressed);
        using (ScoreBatch batch = gateway.Scores.Only(suppressed with { Value = double.NaN, Threshold = double.NaN }))
        {
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        (string _, string name, JsonElement data) = await FirstAsync(gateway, null);

        Assert.Equal("state", name);
        Assert.Equal(JsonValueKind.Null, data.GetProperty("standing")[0].GetProperty("value").ValueKind);
        Assert.Equal("pump", JsonDocument.Parse(await gateway.Client.GetStringAsync("/api/v1/alarms/active")).RootElement[0].GetProperty("machine").GetString());
    }

    [Theory]
    [InlineData(true, "change", 1)]
    [InlineData(false, "state", 300)]
    public async Task Live_WithTheLastEventsId_GoesOnBehindIt(bool isOfThisRun, string name, int sensors)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await FillAsync(gateway);
        (string id, string _, JsonElement _) = await FirstAsync(gateway, null);
        using (ScoreBatch batch = new Scores().Of(2, 3_000_000_000, "machine-0"))
        {
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        (string _, string resumed, JsonElement data) = await FirstAsync(gateway, isOfThisRun ? id : "0badc0de.1");

        Assert.Equal((name, sensors), (resumed, data.GetProperty("sensors").GetArrayLength()));
    }

    [Fact]
    public async Task Live_ReaderThatComesWhileAnEventIsMade_IsNotSentWhatItKnows()
    {
        using var stages = new SlowStages();
        var time = new ManualTimeProvider();
        var live = new LiveView(time);
        var status = new GatewayStatus(stages, new WindowTally(time, NullLogger<WindowTally>.Instance), []);
        await using PartsServer server = await PartsServer.StartAsync(new ApiParts(), status, live, time);
        using StreamReader first = await FollowAsync(server);
        await NextAsync(first);
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(500)).InTime();

        // The event for all is being made, with what was there before this window.
        stages.Hold();
        var advancing = Task.Run(() => time.Advance(TimeSpan.FromMilliseconds(500)));
        await stages.Held.InTime();
        using (ScoreBatch batch = new Scores().Of(2, 3_000_000_000, "late"))
        {
            await live.WriteAsync(batch, CancellationToken.None);
        }

        using StreamReader second = await FollowAsync(server);
        (string known, string _, JsonElement _) = await NextAsync(second);
        stages.Release();
        await advancing.InTime();
        await NextAsync(first);
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(500)).InTime();
        time.Advance(TimeSpan.FromMilliseconds(500));
        (string id, string _, JsonElement _) = await NextAsync(second);

        Assert.Equal(known, id);
    }

    private static async Task<StreamReader> FollowAsync(PartsServer server) =>
        new(await server.Client.GetStreamAsync(new Uri("/api/v1/live", UriKind.Relative)));

    /// <summary>Counters of which the next reading waits.</summary>
    private sealed class SlowStages : IReadOnlyList<StageCounters>, IDisposable
    {
        private readonly StageCounters[] _stages = [new("decode", "message")];
        private readonly ManualResetEventSlim _release = new();
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _holds;

        public Task Held => _held.Task;

        public int Count => 1;

        public StageCounters this[int index]
        {
            get
            {
                if (Interlocked.Exchange(ref _holds, 0) == 1)
                {
                    _held.SetResult();
                    _release.Wait();
                }

                return _stages[index];
            }
        }

        public void Hold() => Volatile.Write(ref _holds, 1);

        public void Release() => _release.Set();

        public void Dispose() => _release.Dispose();

        public IEnumerator<StageCounters> GetEnumerator() => ((IEnumerable<StageCounters>)_stages).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static async Task<(string Id, string Name, JsonElement Data)> FirstAsync(TestGateway gateway, string? lastId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/live", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        using HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return await NextAsync(reader);
    }

    private static async Task<(string Id, string Name, JsonElement Data)> NextAsync(StreamReader reader)
    {
        string id = (await reader.ReadLineAsync())!["id: ".Length..];
        string name = (await reader.ReadLineAsync())!["event: ".Length..];
        using JsonDocument document = JsonDocument.Parse((await reader.ReadLineAsync())!["data: ".Length..]);
        Assert.Equal("", await reader.ReadLineAsync());
        return (id, name, document.RootElement.Clone());
    }

    /// <summary>A fleet of some size.</summary>
    private static async Task FillAsync(TestGateway gateway)
    {
        using ScoreBatch batch = new Scores().Of(1, 2_000_000_000, [.. Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"machine-{i}"))]);
        await gateway.Live.WriteAsync(batch, CancellationToken.None);
    }
}
