using System.Net.Http.Json;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;
using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Tests.Integration;

[Trait("Category", "Integration")]
public sealed class AlertmanagerTests
{
    [Fact]
    public async Task Alarm_RaisedAndCleared_ShowsAndResolves()
    {
        await using AlertmanagerServer server = await AlertmanagerServer.StartAsync();
        await using TemporaryStore store = await TemporaryStore.OpenAsync();
        // The store's clock stands; events are not to look old to the webhook.
        store.Time.Advance(TimeProvider.System.GetUtcNow() - store.Time.GetUtcNow());
        var options = new WebhookOptions { Id = "am", Url = server.Url.ToString(), Format = WebhookFormat.Alertmanager, AllowPrivateAddresses = true };
        WebhookDestination webhook = await WebhookDestination.CreateAsync(
            options, new EventSource("hall", "https://plant.example/thrum"), store.Store, TimeProvider.System, new ListLogger<WebhookDestination>(), CancellationToken.None);
        await using HistoryDestination history = new(store.Store, [webhook], TimeProvider.System);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        AlarmTransition raised = Given.Transition() with { EventTimeUnixNs = now - 2_000_000_000 };
        await WriteAsync(history, raised);
        await Patience.UntilAsync(async () => await ActiveAsync(server) is [var alert] && alert == $"pump mse rose https://plant.example/thrum/#/alarm/{raised.Id:D}", "the alert to show");
        await WriteAsync(history, Given.Cleared(raised, 1) with { EventTimeUnixNs = now - 1_000_000_000 });
        await Patience.UntilAsync(async () => await ActiveAsync(server) is [], "the alert to resolve");
        await history.CompleteAsync(CancellationToken.None).InTime();
        Assert.Equal((2, 2), (webhook.Counters.Received, webhook.Counters.Sent));
    }

    private static async Task<string[]> ActiveAsync(AlertmanagerServer server)
    {
        using HttpClient client = new();
        JsonElement alerts = await client.GetFromJsonAsync<JsonElement>(new Uri(server.Url, "api/v2/alerts?active=true"));
        return [.. alerts.EnumerateArray().Select(alert =>
            $"{alert.GetProperty("labels").GetProperty("machine")} {alert.GetProperty("annotations").GetProperty("summary")} {alert.GetProperty("generatorURL")}")];
    }

    private static async Task WriteAsync(HistoryDestination history, AlarmTransition transition)
    {
        using ScoreBatch batch = new ScoreBatchPool().Rent();
        batch.Append(transition);
        await history.WriteAsync(batch, CancellationToken.None);
    }
}
