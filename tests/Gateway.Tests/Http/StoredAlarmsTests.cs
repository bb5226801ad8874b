using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Alarms come from the store, in pages, beyond what the live view keeps.</summary>
public sealed class StoredAlarmsTests : IAsyncLifetime
{
    private const int Kept = 500;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private LocalStore? _store;
    private PartsServer? _server;

    public async ValueTask InitializeAsync()
    {
        _store = await LocalStore.OpenAsync(new StoreOptions { Path = Path.Combine(_folder.FullName, "thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await using (var history = new HistoryDestination(_store, [], TimeProvider.System))
        {
            var scores = new Scores();
            for (int i = 0; i < Kept; i++)
            {
                bool raised = i % 2 == 0;
                using ScoreBatch batch = scores.Transition(
                    i % 5 == 0 ? "fan" : "pump", raised ? AlarmState.Normal : AlarmState.ActiveUnacknowledged, raised ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, (i + 1) * 1_000_000_000L);
                await history.WriteAsync(batch, CancellationToken.None);
            }
        }

        _server = await PartsServer.StartAsync(new ApiParts { Store = _store });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("from=2026-01-02T03:04:05.1234567Z", 1)]
    [InlineData("until=2026-01-02T03:04:05.1234567Z", 0)]
    [InlineData("from=2026-01-02T03:04:05.1234568Z", 0)]
    [InlineData("until=2026-01-02T03:04:05.1234568Z", 1)]
    public async Task Alarms_ExactlyAtABound_AreBehindFromAndNotBeforeUntil(string query, int expected)
    {
        await using (var history = new HistoryDestination(_store!, [], TimeProvider.System))
        {
            using ScoreBatch batch = new Scores().Transition("exact", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1_767_323_045_123_456_700);
            await history.WriteAsync(batch, CancellationToken.None);
        }

        using JsonDocument page = JsonDocument.Parse(await _server!.Client.GetStringAsync(new Uri($"/api/v1/alarms?machine=exact&{query}", UriKind.Relative)));

        Assert.Equal(expected, page.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("limit=70", Kept)]
    [InlineData("machine=fan&limit=7", Kept / 5)]
    [InlineData("state=normal&limit=100", Kept / 2)]
    [InlineData("machine=pump&sensor=s&axis=x&rule=score&state=activeUnacknowledged&limit=1000", 200)]
    [InlineData("machine=none", 0)]
    [InlineData("severity=warning", 0)]
    [InlineData("severity=alarm&limit=300", Kept)]
    [InlineData("from=1970-01-01T00:00:11Z&until=1970-01-01T00:01:01Z&limit=7", 50)]
    [InlineData("from=0001-01-01T00:00:00Z&until=9999-12-31T00:00:00Z&limit=1000", Kept)]
    [InlineData("until=1970-01-01T00:00:01Z", 0)]
    public async Task Alarms_FollowedPageByPage_GiveEachOnceNewestFirst(string query, int expected)
    {
        List<string> seen = [];
        List<DateTimeOffset> times = [];
        string? next = $"/api/v1/alarms?{query}";
        while (next is not null)
        {
            using HttpResponseMessage response = await _server!.Client.GetAsync(new Uri(next, UriKind.Relative));
            using JsonDocument page = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            seen.AddRange(page.RootElement.EnumerateArray().Select(alarm => alarm.GetProperty("id").GetString()!));
            times.AddRange(page.RootElement.EnumerateArray().Select(alarm => alarm.GetProperty("time").GetDateTimeOffset()));
            next = response.Headers.TryGetValues("Link", out IEnumerable<string>? link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(expected, seen.Count);
        Assert.Equal(expected, seen.Distinct().Count());
        Assert.Equal(times.OrderDescending(), times);
    }
}
