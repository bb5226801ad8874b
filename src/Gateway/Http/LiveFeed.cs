using System.Text.Json;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Http;

/// <summary>
/// Server-sent events for the page: the live state, twice a second. Every event stands for itself, so a reader that was away has
/// the whole state with its next one; only of the score's trace the first event has all, later ones the end. A slow reader
/// delays only itself, and nothing is kept for it.
/// </summary>
internal static class LiveFeed
{
    /// <summary>Enough trace for a reader that misses some events.</summary>
    private const int TraceTail = 24;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary><c>GET /api/v1/live</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, GatewayStatus status, LiveView live, TimeProvider time) =>
        routes.MapGet("/api/v1/live", (HttpContext context, CancellationToken gone) => StreamAsync(context, status, live, time, gone))
            .Produces<string>(contentType: "text/event-stream");

    private static async Task StreamAsync(HttpContext context, GatewayStatus status, LiveView live, TimeProvider time, CancellationToken gone)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var timer = new PeriodicTimer(Interval, time);
        int trace = int.MaxValue;
        try
        {
            do
            {
                string state = JsonSerializer.Serialize(
                    new
                    {
                        sensors = live.Axes(trace),
                        standing = live.Standing().Select(AlarmView.Of),
                        alarms = live.Transitions().Select(AlarmView.Of),
                        totals = Totals(status, live),
                    },
                    JsonSerializerOptions.Web);
                await context.Response.WriteAsync($"event: state\ndata: {state}\n\n", gone).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(gone).ConfigureAwait(false);
                trace = TraceTail;
            }
            while (await timer.WaitForNextTickAsync(gone).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The reader closed the page or the gateway stops.
        }
    }

    private static Dictionary<string, long> Totals(GatewayStatus status, LiveView live)
    {
        StageCounters decode = status.Stages[0];
        return new()
        {
            ["Messages"] = decode.Received,
            ["Dropped"] = decode.Dropped + status.Stages.Skip(1).Where(stage => stage.Unit == "block").Sum(stage => stage.Dropped),
            ["Windows"] = live.Windows,
        };
    }
}
