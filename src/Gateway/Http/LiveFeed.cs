using System.Globalization;
using System.Text;
using System.Text.Json;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Http;

/// <summary>
/// Server-sent events: first the whole state (<c>state</c>), then what changed (<c>change</c>), twice a second, of a large fleet once. An event's id is a version of the live
/// view, and <c>Last-Event-ID</c> goes on behind it. All readers that keep up are sent the same bytes, made once; one that does not delays only itself, and nothing is
/// kept for it: its next event is made from where it stands. While nobody reads, nothing is made. Thread-safe.
/// </summary>
internal sealed class LiveFeed(GatewayStatus status, LiveView live, TimeProvider time)
{
    /// <summary>Enough of a score's trace for a few seconds without an event.</summary>
    private const int TraceTail = 24;

    /// <summary>Enough for two intervals.</summary>
    private const int SharedTail = 8;

    private const int LargeFleet = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LargeInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>Versions of another run mean nothing here.</summary>
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    private Task<LiveEvent>? _next;
    private long _shared;
    private long _sharedAt;

    /// <summary><c>GET /api/v1/live</c>.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/live", (HttpContext context, CancellationToken gone) => StreamAsync(context, gone))
        .Produces<string>(contentType: "text/event-stream");

    private async Task StreamAsync(HttpContext context, CancellationToken gone)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        long version = VersionOf(context.Request.Headers["Last-Event-ID"]);
        LiveEvent next = Make(version, version < 0 ? int.MaxValue : TraceTail);
        try
        {
            while (true)
            {
                await context.Response.BodyWriter.WriteAsync(next.Bytes, gone).ConfigureAwait(false);
                version = next.Version;
                do
                {
                    // One that was begun before this reader came tells what it knows already.
                    next = await NextAsync(version).WaitAsync(gone).ConfigureAwait(false);
                }
                while (next.Version < version);

                next = next.Since <= version ? next : Make(version, TraceTail);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader closed the page or the gateway stops.
        }
    }

    /// <summary>The event that all who keep up are waiting for.</summary>
    /// <param name="version">Where the one who asks stands: there it begins when nobody has read for a while.</param>
    private Task<LiveEvent> NextAsync(long version)
    {
        lock (_gate)
        {
            return _next is { IsCompleted: false } ? _next : _next = MakeNextAsync(time.GetElapsedTime(_sharedAt) > Stale ? version : _shared);
        }
    }

    private async Task<LiveEvent> MakeNextAsync(long since)
    {
        await Task.Delay(live.Count > LargeFleet ? LargeInterval : Interval, time).ConfigureAwait(false);
        LiveEvent made = Make(since, SharedTail);
        lock (_gate)
        {
            (_shared, _sharedAt) = (made.Version, time.GetTimestamp());
        }

        return made;
    }

    private LiveEvent Make(long since, int trace)
    {
        LiveChange change = live.ChangeSince(since, trace);
        string name = since < 0 ? "state" : "change";
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {_run}.{change.Version}\nevent: {name}\ndata: "));
        byte[] data = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                sensors = change.Axes,
                machines = change.Machines,
                standing = change.Standing?.Select(AlarmView.Of),
                alarms = change.Transitions?.Select(AlarmView.Of),
                totals = Totals(),
            },
            JsonSerializerOptions.Web);
        return new LiveEvent(since, change.Version, [.. head, .. data, .. "\n\n"u8]);
    }

    /// <summary>The version behind which a reader goes on; −1 for the whole state.</summary>
    private long VersionOf(string? id) =>
        id is not null && id.StartsWith(_run + ".", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(_run.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : -1;

    private Dictionary<string, long> Totals()
    {
        StageCounters decode = status.Stages[0];
        return new()
        {
            ["messages"] = decode.Received,
            ["dropped"] = decode.Dropped + status.Stages.Skip(1).Where(stage => stage.Unit == "block").Sum(stage => stage.Dropped),
            ["windows"] = live.Windows,
        };
    }

    /// <summary>An event as it goes over the wire, for all who have seen what was before <see cref="Since"/>.</summary>
    private sealed record LiveEvent(long Since, long Version, byte[] Bytes);
}
