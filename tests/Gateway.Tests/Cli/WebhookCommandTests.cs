using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Cli;

/// <summary><c>thrum webhook test</c> and <c>replay</c>, against a receiver on this machine.</summary>
public sealed class WebhookCommandTests : IAsyncLifetime
{
    private readonly ConfigurationFolder _folder = new();
    private WebhookReceiver _first = null!;
    private WebhookReceiver _second = null!;

    public async ValueTask InitializeAsync()
    {
        _first = await WebhookReceiver.StartAsync();
        _second = await WebhookReceiver.StartAsync();
        _folder.Write(ConfigurationFolder.Minimal($$"""
            "name": "hall", "store": { "path": "thrum.db" }, "http": { "publicUrl": "https://plant.example/thrum" },
            "webhooks": [
              { "id": "first", "url": "{{_first.Url}}", "allowPrivateAddresses": true, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
              { "id": "second", "url": "{{_second.Url}}", "allowPrivateAddresses": true, "format": "slack" } ]
            """));
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Test_TwoWebhooks_EachGetsOneSignedOrTextAlarmWithItsLink()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "webhook", "test", "--json");
        Assert.Equal(0, outcome.ExitCode);
        using JsonDocument report = JsonDocument.Parse(outcome.Output);
        Assert.Equal(["first", "second"], report.RootElement.EnumerateArray().Select(sent => sent.GetProperty("webhook").GetString()));
        Assert.All(report.RootElement.EnumerateArray(), sent => Assert.True(sent.GetProperty("accepted").GetBoolean()));
        ReceivedRequest request = Assert.Single(_first.Requests);
        using JsonDocument sent = JsonDocument.Parse(request.Body);
        Assert.Equal("/thrum/hall", sent.RootElement.GetProperty("source").GetString());
        Assert.StartsWith("https://plant.example/thrum/api/v1/alarms/", sent.RootElement.GetProperty("data").GetProperty("evidence").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("v1,", request.Headers["webhook-signature"], StringComparison.Ordinal);
        Assert.Contains("This is a test of the webhook", Assert.Single(_second.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OneReceiverRefuses_FailsAndSaysItsWords()
    {
        _first.Respond = static _ => new ScriptedReply(422, "no such hook");
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "webhook", "test", "--json");
        Assert.Equal(1, outcome.ExitCode);
        using JsonDocument report = JsonDocument.Parse(outcome.Output);
        Assert.Contains("no such hook", report.RootElement[0].GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.True(report.RootElement[1].GetProperty("accepted").GetBoolean());
    }

    [Fact]
    public async Task Replay_LastTwoOrOneById_SendsThemInOrderUnderTheirIds()
    {
        Guid[] ids = await StoreAsync(3);
        Assert.Equal(0, (await ThrumProgram.RunAsync(_folder.Path, "webhook", "replay", "--last", "2", "--id", "first")).ExitCode);
        Assert.Equal([$"first-{ids[1]:D}", $"first-{ids[2]:D}"], _first.Requests.Select(request => request.Headers["webhook-id"]));
        Assert.Empty(_second.Requests);

        Assert.Equal(0, (await ThrumProgram.RunAsync(_folder.Path, "webhook", "replay", "--transition", ids[0].ToString("D"), "--id", "first")).ExitCode);
        Assert.Equal($"first-{ids[0]:D}", _first.Requests[^1].Headers["webhook-id"]);
        Assert.Equal(3, _first.Requests.Count);
    }

    [Theory]
    [InlineData("--id is 'third', expected one of first, second", "test", "--id", "third")]
    [InlineData("--last is 0, expected at least 1", "replay", "--last", "0")]
    [InlineData("holds no transition 00000000-0000-0000-0000-000000000001", "replay", "--transition", "00000000-0000-0000-0000-000000000001")]
    public async Task Run_WrongUse_SaysWhatIsExpected(string words, params string[] arguments)
    {
        await StoreAsync(1);
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, ["webhook", .. arguments]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_first.Requests);
    }

    /// <summary>Transitions in the store, oldest first.</summary>
    private async Task<Guid[]> StoreAsync(int transitions)
    {
        await using LocalStore store = await LocalStore.OpenAsync(new StoreOptions { Path = _folder.File("thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await using HistoryDestination history = new(store, [], TimeProvider.System);
        Scores scores = new();
        for (int i = 1; i <= transitions; i++)
        {
            using ScoreBatch batch = scores.Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, i * 1_000_000_000L);
            await history.WriteAsync(batch, CancellationToken.None);
        }

        await history.CompleteAsync(CancellationToken.None);
        return [.. (await new StorePages(store).AlarmsAsync(new AlarmQuery(10), CancellationToken.None)).OrderBy(alarm => alarm.EventTimeUnixNs).Select(alarm => alarm.Id)];
    }
}
