using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Lists that may be long, page by page.</summary>
public sealed class PagingTests
{
    [Theory]
    [InlineData("/api/v1/machines", 8)]
    [InlineData("/api/v1/sensors", 15)]
    [InlineData("/api/v1/alarms/active", 29)]
    [InlineData("/api/v1/models", 1)]
    [InlineData("/api/v1/learning", 0)]
    public async Task List_FollowedPageByPage_GivesEachOnceByName(string path, int expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        foreach (string machine in (string[])["g", "a", "c", "b", "f", "e", "d"])
        {
            foreach (string axis in (string[])["y", "x"])
            {
                // Two axes of a machine and two rules of an axis, so that borders of pages fall between them.
                var id = new AxisId(machine, "s", axis);
                using ScoreBatch batch = gateway.Scores.OfAxis(id, 1, 1_500_000_000);
                batch.Append(Scores.Change(id, "score", AlarmSeverity.Warning, AlarmState.Normal, AlarmState.ActiveUnacknowledged));
                batch.Append(Scores.Change(id, "another", AlarmSeverity.Warning, AlarmState.Normal, AlarmState.ActiveUnacknowledged));
                await gateway.Live.WriteAsync(batch, CancellationToken.None);
            }
        }

        List<string> seen = [];
        int pages = 0;
        for (string? next = $"{path}?limit=3"; next is not null; pages++)
        {
            using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, next);
            using JsonDocument page = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            seen.AddRange(page.RootElement.EnumerateArray().Select(NameOf));
            next = response.Headers.TryGetValues("Link", out IEnumerable<string>? link) ? link.Single().Split('<', '>')[1] : null;
        }

        using JsonDocument whole = JsonDocument.Parse(await gateway.Client.GetStringAsync(path));
        Assert.Equal((expected, 1 + (expected / 3)), (seen.Count, pages));
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(seen, whole.RootElement.EnumerateArray().Select(NameOf).Order(StringComparer.Ordinal));
    }

    private static string NameOf(JsonElement row) =>
        string.Join('/', ((string[])["machine", "sensor", "axis", "rule", "name"]).Select(key => row.TryGetProperty(key, out JsonElement part) ? part.GetString() : null).Where(part => part is not null));
}
