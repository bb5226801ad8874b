using System.Globalization;
using System.Text;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;
using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Tests.Webhooks;

public sealed class WebhookDestinationTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly Given _given = new();
    private readonly ListLogger<WebhookDestination> _log = new();
    private TemporaryStore _store = null!;
    private WebhookReceiver _server = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TemporaryStore.OpenAsync();
        _server = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Write_Transition_PostsOneSignedCloudEvent()
    {
        AlarmTransition transition = Given.Transition(message: "über \"alles\"") with { EventTimeUnixNs = Given.StartUnixNs + 7, Threshold = double.PositiveInfinity };
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { Secret = Secret });
        await WriteAndCompleteAsync(webhook, transition);
        ReceivedRequest request = Assert.Single(_server.Requests);
        using JsonDocument document = JsonDocument.Parse(request.Body);
        JsonElement root = document.RootElement;
        Assert.Equal("application/cloudevents+json; charset=utf-8", request.Headers["Content-Type"]);
        Assert.Equal(
            ["1.0", $"hook-{transition.Id:D}", "/thrum/hall%203", "thrum.alarm.transition", "pump/bearing/x", "2026-01-02T03:04:05.000000007Z", "application/json"],
            new[] { "specversion", "id", "source", "type", "subject", "time", "datacontenttype" }.Select(name => root.GetProperty(name).GetString()));
        JsonElement data = root.GetProperty("data");
        Assert.Equal(
            [transition.Id.ToString("D"), "mse-high", "alarm", "normal", "activeUnacknowledged", "mse", "undetermined", "über \"alles\"", "1767323045000000007"],
            new[] { "transitionId", "rule", "severity", "from", "to", "metric", "diagnosis", "message", "eventTimeUnixNs" }.Select(name => data.GetProperty(name).GetString()));
        Assert.Equal(13.5, data.GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("threshold").ValueKind);
        long timestamp = long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
        Assert.Equal(_store.Time.GetUtcNow().ToUnixTimeSeconds(), timestamp);
        Assert.Equal($"hook-{transition.Id:D}", request.Headers["webhook-id"]);
        Assert.Equal(
            new WebhookSigner(Secret).Sign(request.Headers["webhook-id"], timestamp, Encoding.UTF8.GetBytes(request.Body)),
            request.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task Write_NoSecret_IsNotSigned()
    {
        await WriteAndCompleteAsync(await CreateAsync(new WebhookOptions()), Given.Transition());
        Assert.DoesNotContain("webhook-signature", Assert.Single(_server.Requests).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Receiver_DownThenUp_GetsAllInOrderOnce()
    {
        await _server.DownAsync();
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        AlarmTransition[] transitions = [.. Enumerable.Range(0, 5).Select(i => Given.Transition(i))];
        foreach (AlarmTransition transition in transitions)
        {
            await WriteAsync(history, transition);
        }

        await Patience.UntilAsync(() => _log.CountOf(EventIds.OutageBegan) == 1, "the outage to be seen");
        await _server.UpAsync();
        await AdvanceUntilAsync(history.CompleteAsync(CancellationToken.None).AsTask());
        Assert.Equal(transitions.Select(transition => $"hook-{transition.Id:D}"), Ids());
        Assert.Equal((5, 5, 0, 0), Counts(webhook));
        Assert.Equal(1, _log.CountOf(EventIds.OutageEnded));
    }

    [Fact]
    public async Task Restart_DuringOutage_DeliversWhatWaited()
    {
        await _server.DownAsync();
        WebhookDestination first = await CreateAsync(new WebhookOptions());
        await using (HistoryDestination history = new(_store.Store, [first], _store.Time))
        {
            await WriteAsync(history, Given.Transition());
            await history.CompleteAsync(new CancellationToken(canceled: true)).InTime().ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await _store.ReopenAsync();
        await _server.UpAsync();
        WebhookDestination second = await CreateAsync(new WebhookOptions());
        await second.CompleteAsync(CancellationToken.None).InTime();
        await second.DisposeAsync();
        Assert.Equal([$"hook-{Given.Transition().Id:D}"], Ids());
    }

    [Fact]
    public async Task Write_TransitionSeenBefore_PostsNothingAgain()
    {
        await WriteAndCompleteAsync(await CreateAsync(new WebhookOptions()), Given.Transition());
        await _store.ReopenAsync();
        await WriteAndCompleteAsync(await CreateAsync(new WebhookOptions()), Given.Transition());
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Receiver_RefusesOneEvent_TheOthersGoOn()
    {
        AlarmTransition[] transitions = [.. Enumerable.Range(0, 3).Select(i => Given.Transition(i))];
        _server.Respond = request => request.Body.Contains(transitions[1].Id.ToString("D"), StringComparison.Ordinal)
            ? new ScriptedReply(422, "no") : ScriptedReply.NoContent;
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await WriteAndCompleteAsync(webhook, transitions);
        Assert.Equal((3, 2, 1, 0), Counts(webhook));
        Assert.Equal(1, webhook.Counters.DroppedFor(DropReason.Refused));
        Assert.Equal(1, _log.CountOf(EventIds.WebhookRefused));
    }

    [Fact]
    public async Task Receiver_Redirects_IsNotFollowed()
    {
        await using WebhookReceiver elsewhere = await WebhookReceiver.StartAsync();
        _server.Respond = _ => new ScriptedReply(308, "", ("Location", elsewhere.Url.ToString()));
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        await WriteAsync(history, Given.Transition());
        await Patience.UntilAsync(() => _log.CountOf(EventIds.AccessRefused) == 1, "the redirect to be seen");
        Assert.Empty(elsewhere.Requests);
        Assert.Equal(1, webhook.Waiting);
    }

    [Fact]
    public async Task Receiver_Gone_IsNotTriedAgainAndEventsAreKept()
    {
        _server.Respond = _ => new ScriptedReply(410);
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await WriteAndCompleteAsync(webhook, Given.Transition(0), Given.Transition(1));
        Assert.Single(_server.Requests);
        Assert.Equal((2, 0, 0, 2), Counts(webhook));
        Assert.Equal(1, _log.CountOf(EventIds.WebhookGone));
        Assert.True(webhook.Health.IsGone);
    }

    /// <summary>The event that was answered is kept, so a start finds out anew with one request, and one that is back gets all.</summary>
    [Theory]
    [InlineData(410, 1, 2)]
    [InlineData(204, 2, 0)]
    public async Task Restart_AfterGone_AsksOnceAndSendsAllToOneThatIsBack(int status, int requests, int waiting)
    {
        _server.Respond = _ => new ScriptedReply(410);
        await WriteAndCompleteAsync(await CreateAsync(new WebhookOptions()), Given.Transition(0), Given.Transition(1));
        await _store.ReopenAsync();
        _server.Respond = _ => new ScriptedReply(status);

        await using WebhookDestination second = await CreateAsync(new WebhookOptions());
        await second.CompleteAsync(CancellationToken.None).InTime();

        Assert.Equal(requests, _server.Requests.Count - 1);
        Assert.Equal((waiting, status == 410), (second.Waiting, second.Health.IsGone));
    }

    [Fact]
    public async Task Alertmanager_GoneWhenToldAgain_IsNotToldAnyMore()
    {
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { Format = WebhookFormat.Alertmanager });
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        await WriteAsync(history, Given.Transition());
        await _server.WaitForRequestsAsync(1).InTime();
        _server.Respond = _ => new ScriptedReply(410);
        await AdvanceUntilAsync(() => webhook.Health.IsGone);

        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(1, _log.CountOf(EventIds.WebhookGone));
    }

    [Fact]
    public async Task Receiver_DownLongerThanMaxAge_DropsWhatExpired()
    {
        await _server.DownAsync();
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { MaxAge = TimeSpan.FromMinutes(1) });
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        await WriteAsync(history, Given.Transition());
        await AdvanceUntilAsync(() => webhook.Counters.DroppedFor(DropReason.Expired) == 1);
        Assert.Equal((1, 0, 1, 0), Counts(webhook));
        Assert.Equal(1, _log.CountOf(EventIds.WebhookExpired));
    }

    [Fact]
    public async Task Write_TwoKeys_SignsByBoth()
    {
        const string Older = "whsec_plJ3nmyCDGBKInavdOK15jslplJ3nmyC";
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { Secret = Secret, PreviousSecrets = [Older] });
        await WriteAndCompleteAsync(webhook, Given.Transition());
        ReceivedRequest request = Assert.Single(_server.Requests);
        string[] signatures = request.Headers["webhook-signature"].Split(' ');
        long timestamp = long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
        byte[] body = Encoding.UTF8.GetBytes(request.Body);
        Assert.Equal([.. new[] { Secret, Older }.Select(key => new WebhookSigner(key).Sign(request.Headers["webhook-id"], timestamp, body))], signatures);
    }

    [Fact]
    public async Task Alertmanager_ActiveAlarm_IsRepeatedUntilItClears()
    {
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { Format = WebhookFormat.Alertmanager });
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        AlarmTransition raised = Given.Transition();
        await WriteAsync(history, raised);
        await AdvanceUntilAsync(() => _server.Requests.Count >= 3);
        Assert.All(_server.Requests, request => Assert.Equal("/api/v2/alerts", request.Path));
        await WriteAsync(history, Given.Cleared(raised, second: 5));
        await AdvanceUntilAsync(() => webhook.Counters.Sent == 2);
        using JsonDocument last = JsonDocument.Parse(_server.Requests[^1].Body);
        Assert.Equal("2026-01-02T03:04:05.000000000Z", last.RootElement[0].GetProperty("startsAt").GetString());
        Assert.Equal("2026-01-02T03:04:10.000000000Z", last.RootElement[0].GetProperty("endsAt").GetString());
        Assert.Equal(2, webhook.Counters.Received);
    }

    [Fact]
    public async Task Receiver_DeadTooLong_DropsTheOldestAndCounts()
    {
        await _server.DownAsync();
        WebhookDestination webhook = await CreateAsync(new WebhookOptions { MaxWaiting = 3 });
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        for (int i = 0; i < 10; i++)
        {
            await WriteAsync(history, Given.Transition(i));
        }

        Assert.Equal(3, webhook.Waiting);
        Assert.Equal(7, webhook.Counters.DroppedFor(DropReason.Overflow));
        Assert.Equal(1, _log.CountOf(EventIds.WebhookOverflow));
        await _server.UpAsync();
        await AdvanceUntilAsync(history.CompleteAsync(CancellationToken.None).AsTask());
        Assert.Equal(new[] { 0, 8, 9 }.Select(i => $"hook-{Given.Transition(i).Id:D}"), Ids());
    }

    [Fact]
    public async Task Receiver_OneDead_TheOtherIsServed()
    {
        WebhookDestination dead = await CreateAsync(new WebhookOptions { Url = "http://127.0.0.1:9/", Id = "dead" });
        WebhookDestination live = await CreateAsync(new WebhookOptions());
        await using HistoryDestination history = new(_store.Store, [dead, live], _store.Time);
        await WriteAsync(history, Given.Transition());
        await _server.WaitForRequestsAsync(1).InTime();
        Assert.Equal(1, dead.Waiting);
    }

    [Fact]
    public async Task Write_SendingHasFailed_ThrowsItsFault()
    {
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        await _store.Store.ExecuteAsync(session => session.Execute("ALTER TABLE outbox RENAME TO away"), CancellationToken.None);
        await ((ITransitionOutbox)webhook).AddedAsync(1);
        await Patience.UntilAsync(async () => await Record.ExceptionAsync(() => WriteAsync(history)) is StoreException, "the fault to be thrown");
    }

    [Fact]
    public async Task Dispose_WhileDiskRefuses_Ends()
    {
        WebhookDestination webhook = await CreateAsync(new WebhookOptions());
        await _store.BreakAsync();
        await ((ITransitionOutbox)webhook).AddedAsync(1);
        await AdvanceUntilAsync(webhook.DisposeAsync().AsTask());
    }

    [Fact]
    public void Faults_BadSettings_NamesEachWithoutTheSecret()
    {
        string[] faults = [.. new WebhookOptions { Id = "a.b", Url = "x", Secret = "tellnobody", PreviousSecrets = ["tellnobody"] }.Faults()];
        Assert.Equal(4, faults.Length);
        Assert.DoesNotContain(faults, fault => fault.Contains("tellnobody", StringComparison.Ordinal));
    }

    private IEnumerable<string> Ids() => _server.Requests.Select(request => request.Headers["webhook-id"]);

    private static (long Received, long Sent, long Dropped, long Waiting) Counts(WebhookDestination webhook) =>
        (webhook.Counters.Received, webhook.Counters.Sent, webhook.Counters.Dropped, webhook.Waiting);

    private Task<WebhookDestination> CreateAsync(WebhookOptions options)
    {
        WebhookOptions complete = options with
        {
            Id = options.Id == "webhook" ? "hook" : options.Id,
            Url = options.Url.Length > 0 ? options.Url : _server.Url.ToString(),
            Timeout = TimeSpan.FromHours(1),
            AllowPrivateAddresses = true,
        };
        return WebhookDestination.CreateAsync(complete, new EventSource("hall 3"), _store.Store, _store.Time, _log, CancellationToken.None);
    }

    private async Task WriteAndCompleteAsync(WebhookDestination webhook, params AlarmTransition[] transitions)
    {
        await using HistoryDestination history = new(_store.Store, [webhook], _store.Time);
        await WriteAsync(history, transitions);
        await history.CompleteAsync(CancellationToken.None).InTime();
    }

    private async Task WriteAsync(HistoryDestination history, params AlarmTransition[] transitions)
    {
        using ScoreBatch batch = _given.Batch(1);
        Array.ForEach(transitions, batch.Append);
        await history.WriteAsync(batch, CancellationToken.None);
    }

    private Task AdvanceUntilAsync(Task task) => _store.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), task);

    private Task AdvanceUntilAsync(Func<bool> condition) => _store.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), condition);
}
