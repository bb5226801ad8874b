using System.Globalization;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Influx;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Influx;

public sealed class InfluxDestinationTests : IAsyncLifetime
{
    /// <summary>Of a clock that tests move on in seconds while a request is under way: never reached unless they mean to.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromHours(1);

    private readonly Given _given = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<InfluxDestination> _log = new();
    private WebhookReceiver _server = null!;

    public async ValueTask InitializeAsync() => _server = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Write_FullBody_IsSentAtOnceAndInOrder()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 10 });
        await WriteAsync(destination, 25);
        await _server.WaitForRequestsAsync(2).InTime();
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal([10, 10, 5], _server.Requests.Select(request => Lines(request).Count));
        Assert.Equal(Enumerable.Range(0, 25), _server.Requests.SelectMany(Scores));
        Assert.Equal("/api/v2/write?org=&bucket=b&precision=ns", _server.Requests[0].Path);
        AssertCounts(destination, received: 25, sent: 25, dropped: 0);
    }

    [Fact]
    public async Task Write_PartialBody_IsSentWhenItsTimeHasCome()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        await WriteAsync(destination, 3);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Empty(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        await _server.WaitForRequestsAsync(1).InTime();
        Assert.Equal([0, 1, 2], Scores(Assert.Single(_server.Requests)));
    }

    [Fact]
    public async Task Write_TransitionsInBatch_GoFirst()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        using ScoreBatch batch = _given.Batch(1);
        batch.Append(Given.Transition());
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(["vibration_alarm", "vibration_score"], Lines(Assert.Single(_server.Requests)).Select(line => LinePoint.Parse(line).Measurement));
    }

    [Fact]
    public async Task Write_ShadowsInBatch_GoBehindTheWindowsAndAreCounted()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 2 });
        using ScoreBatch batch = _given.Batch(3);
        batch.AppendShadow(Given.Window(_given.Axis(), Given.StartUnixNs, 7) with { Model = Given.Model with { Name = "next" } }, [7, 8]);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        LinePoint[] points = [.. _server.Requests.SelectMany(Lines).Select(LinePoint.Parse)];
        Assert.Equal(["dense", "dense", "dense", "next"], points.Select(point => point.Tags["scorer"]));
        Assert.Equal("shadow", points[^1].Fields["state"]);
        AssertCounts(destination, received: 4, sent: 4, dropped: 0);
    }

    [Fact]
    public async Task Write_BaselinesBesideModels_AreSeriesOfTheirOwnWithTheirState()
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 2 });
        using ScoreBatch batch = _given.Batch(2);
        batch.AppendShadow(Given.Window(_given.Axis(), Given.StartUnixNs, 7) with { Model = Given.Model with { Name = "next" } }, [7, 8]);
        batch.AppendBaseline(Given.Window(_given.Axis(), Given.StartUnixNs, 9) with { Model = Given.Model with { Name = "baseline" } }, [9, 8]);
        await destination.WriteAsync(batch, CancellationToken.None);
        await destination.CompleteAsync(CancellationToken.None);
        LinePoint[] points = [.. _server.Requests.SelectMany(Lines).Select(LinePoint.Parse)];
        Assert.Equal(["dense", "dense", "next", "baseline"], points.Select(point => point.Tags["scorer"]));
        Assert.NotEqual("shadow", points[^1].Fields["state"]);
        AssertCounts(destination, received: 4, sent: 4, dropped: 0);
    }

    [Theory]
    [InlineData(GzipMode.On, true)]
    [InlineData(GzipMode.Auto, false)]
    [InlineData(GzipMode.Off, false)]
    public async Task Write_Gzip_IsAsConfigured(GzipMode mode, bool compressed)
    {
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { Gzip = mode });
        await WriteAsync(destination, 100);
        await destination.CompleteAsync(CancellationToken.None);
        ReceivedRequest request = Assert.Single(_server.Requests);
        Assert.Equal(compressed, request.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(Enumerable.Range(0, 100), Scores(request));
    }

    [Fact]
    public async Task Send_SomePointsRefused_DropsExactlyThoseAndKeepsOrder()
    {
        int[] bad = [0, 7, 41, 42, 99];
        _server.Respond = request => Scores(request).Any(bad.Contains) ? new ScriptedReply(400, """{"error":"unable to parse"}""") : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        await WriteAsync(destination, 100);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 100).Except(bad), Accepted(bad));
        AssertCounts(destination, received: 100, sent: 95, dropped: 5);
        Assert.Equal(1, _log.CountOf(EventIds.PointsRefused));
        Assert.Contains("unable to parse", _log.Entries.First(entry => entry.Event == EventIds.PointsRefused).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ServerSaysAllAreDropped_DoesNotSearch()
    {
        _server.Respond = _ => new ScriptedReply(400, """{"error":"partial write: points beyond retention policy dropped=100"}""");
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        await WriteAsync(destination, 100);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Single(_server.Requests);
        AssertCounts(destination, received: 100, sent: 0, dropped: 100);
    }

    [Fact]
    public async Task Send_TooLarge_IsHalvedUntilItFits()
    {
        _server.Respond = request => Lines(request).Count > 30 ? new ScriptedReply(413) : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        await WriteAsync(destination, 100);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 100), _server.Requests.Where(request => Lines(request).Count <= 30).SelectMany(Scores));
        AssertCounts(destination, received: 100, sent: 100, dropped: 0);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Send_RetryAfter_IsHonoured(int status)
    {
        _server.Respond = _ => _server.Requests.Count == 1 ? new ScriptedReply(status, "busy", ("Retry-After", "7")) : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1 });
        await WriteAsync(destination, 1);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(7)).InTime();
        _time.Advance(TimeSpan.FromSeconds(6.999));
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        await _server.WaitForRequestsAsync(2).InTime();
        await destination.CompleteAsync(CancellationToken.None);
        AssertCounts(destination, received: 1, sent: 1, dropped: 0);
        Assert.Equal((1, 1), (_log.CountOf(EventIds.OutageBegan), _log.CountOf(EventIds.OutageEnded)));
    }

    /// <summary>A date counts from now, and a server cannot make us wait for longer than ten minutes.</summary>
    [Theory]
    [InlineData("date", 90)]
    [InlineData("86400", 600)]
    public async Task Send_RetryAfterAsDateOrForADay_IsHonouredUpToTenMinutes(string header, int expectedSeconds)
    {
        string value = header == "date" ? (_time.GetUtcNow() + TimeSpan.FromSeconds(90)).ToString("R", CultureInfo.InvariantCulture) : header;
        _server.Respond = _ => _server.Requests.Count == 1 ? new ScriptedReply(503, "busy", ("Retry-After", value)) : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1 });
        await WriteAsync(destination, 1);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(expectedSeconds)).InTime();
        _time.Advance(TimeSpan.FromSeconds(expectedSeconds - 0.001));
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        await _server.WaitForRequestsAsync(2).InTime();
        await destination.CompleteAsync(CancellationToken.None);
        AssertCounts(destination, received: 1, sent: 1, dropped: 0);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(307)]
    public async Task Send_AccessRefused_WaitsSlowlyAndSaysSoOnce(int status)
    {
        _server.Respond = _ => _server.Requests.Count <= 3 ? new ScriptedReply(status, "no", ("Location", "http://127.0.0.1:9/")) : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1, Token = "hidden" });
        await WriteAsync(destination, 1);
        for (int i = 0; i < 3; i++)
        {
            await _time.WaitForTimerAsync(TimeSpan.FromSeconds(30)).InTime();
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(1, _log.CountOf(EventIds.AccessRefused));
        Assert.DoesNotContain(_log.Entries, entry => entry.Text.Contains("hidden", StringComparison.Ordinal));
        AssertCounts(destination, received: 1, sent: 1, dropped: 0);
    }

    [Theory]
    [InlineData("""{"code":"invalid","message":"Please provide either orgID or org"}""")]
    [InlineData("""{"error":"database is required"}""")]
    [InlineData("")]
    public async Task Send_BadRequestNotAboutPoints_WaitsAndDropsNothing(string words)
    {
        _server.Respond = _ => _server.Requests.Count <= 2 ? new ScriptedReply(400, words) : ScriptedReply.NoContent;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 10 });
        await WriteAsync(destination, 10);
        for (int i = 0; i < 2; i++)
        {
            await _time.WaitForTimerAsync(TimeSpan.FromSeconds(30)).InTime();
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(3, _server.Requests.Count);
        Assert.Equal((1, 0), (_log.CountOf(EventIds.AccessRefused), _log.CountOf(EventIds.PointsRefused)));
        AssertCounts(destination, received: 10, sent: 10, dropped: 0);
    }

    [Theory]
    [InlineData("""{"code":"invalid","message":"unable to parse 'a,org=b': missing fields"}""")]
    [InlineData("""{"error":"partial write: field type conflict: input field \"a\" is type float, already exists as type string dropped=1"}""")]
    [InlineData("""{"error":"partial write of line protocol occurred","data":[]}""")]
    [InlineData("""{"error":"write buffer error: parsing for line protocol failed"}""")]
    public async Task Send_BadRequestAboutPoints_DropsThem(string words)
    {
        _server.Respond = _ => new ScriptedReply(400, words);
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions());
        await WriteAsync(destination, 1);
        await destination.CompleteAsync(CancellationToken.None);
        AssertCounts(destination, received: 1, sent: 0, dropped: 1);
    }

    [Fact]
    public async Task Send_NoAnswer_IsTriedAgainAfterTheTimeout()
    {
        _server.Stalled = true;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 1, MaxRetryDelay = TimeSpan.FromSeconds(1) });
        await WriteAsync(destination, 1);
        await _server.WaitForRequestsAsync(1).InTime();
        _server.Stalled = false;
        _time.Advance(Timeout);
        Task completed = destination.CompleteAsync(CancellationToken.None).AsTask();
        await AdvanceUntilAsync(completed);
        Assert.Equal(2, _server.Requests.Count);
        AssertCounts(destination, received: 1, sent: 1, dropped: 0);
        Assert.Equal(1, destination.Counters.Errors);
    }

    [Fact]
    public async Task Write_NoStoreAndQueueFull_WaitsUntilThereIsRoom()
    {
        _server.Stalled = true;
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 5000, QueueBytes = 1 << 20 });
        Task writing = WriteAsync(destination, 60_000);
        await _server.WaitForRequestsAsync(1).InTime();
        Assert.False(writing.IsCompleted);
        _server.Stalled = false;
        _time.Advance(Timeout);
        await AdvanceUntilAsync(writing);
        await destination.CompleteAsync(CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 60_000), _server.Requests.Skip(1).SelectMany(Scores));
        AssertCounts(destination, received: 60_000, sent: 60_000, dropped: 0);
    }

    [Fact]
    public async Task Complete_DeadlinePassedWithoutStore_CountsTheRestAsLost()
    {
        await _server.DownAsync();
        await using InfluxDestination destination = await CreateAsync(new InfluxOptions { BatchPoints = 10 });
        await WriteAsync(destination, 25);
        await destination.CompleteAsync(new CancellationToken(canceled: true));
        AssertCounts(destination, received: 25, sent: 0, dropped: 25);
        Assert.Equal(25, destination.Counters.DroppedFor(DropReason.Shutdown));
        Assert.Equal(1, _log.CountOf(EventIds.LostAtShutdown));
    }

    [Fact]
    public async Task Create_BadSettings_NamesThem()
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => InfluxDestination.CreateAsync(new InfluxOptions(), null, _time, _log, CancellationToken.None));
        Assert.Contains("Url is ''", error.Message, StringComparison.Ordinal);
    }

    private static List<string> Lines(ReceivedRequest request) => [.. request.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static IEnumerable<int> Scores(ReceivedRequest request) =>
        Lines(request).Select(line => int.Parse(line.Split(",score=")[1].Split(',')[0], CultureInfo.InvariantCulture));

    private IEnumerable<int> Accepted(int[] bad) =>
        _server.Requests.Where(request => !Scores(request).Any(bad.Contains)).SelectMany(Scores);

    private static void AssertCounts(InfluxDestination destination, long received, long sent, long dropped) =>
        Assert.Equal((received, sent, dropped), (destination.Counters.Received, destination.Counters.Sent, destination.Counters.Dropped));

    private Task<InfluxDestination> CreateAsync(InfluxOptions options, LocalStore? store = null) =>
        InfluxDestination.CreateAsync(options with { Url = _server.Url.ToString(), Bucket = "b", Timeout = Timeout }, store, _time, _log, CancellationToken.None);

    private async Task WriteAsync(InfluxDestination destination, int windows)
    {
        using ScoreBatch batch = _given.Batch(windows);
        await destination.WriteAsync(batch, CancellationToken.None);
    }

    /// <summary>Lets waits of unknown length pass until the task has ended.</summary>
    private Task AdvanceUntilAsync(Task task) => _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), task);
}
