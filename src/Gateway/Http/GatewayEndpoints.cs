using System.Text.Json;
using Thrum.Detector.Stages;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Http;

/// <summary>The page, the API, health and telemetry of a running gateway.</summary>
internal static class GatewayEndpoints
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(500);

    public static void Map(IEndpointRouteBuilder routes, GatewayStatus status, LiveView live, TimeProvider time)
    {
        PageFiles.Map(routes);
        routes.MapGet("/healthz", () => Results.Text("ok\n"));
        routes.MapGet("/readyz", () => status.NotReadyReasons() is { Count: > 0 } reasons
            ? Results.Json(new { ready = false, reasons }, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new { ready = true, reasons = Array.Empty<string>() }));
        routes.MapGet("/metrics", () => Results.Text(PrometheusText.Write(status), "text/plain; version=0.0.4; charset=utf-8"));
        routes.MapGet("/api/v1/sensors", () => Results.Json(live.Axes()));
        routes.MapGet("/api/v1/alarms", () => Results.Json(live.Transitions().Select(AlarmView.Of)));
        routes.MapGet("/api/v1/live", (HttpContext context) => StreamAsync(context, status, live, time));
    }

    /// <summary>Server-sent events: the whole live state twice a second. A slow client delays only itself.</summary>
    private static async Task StreamAsync(HttpContext context, GatewayStatus status, LiveView live, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        CancellationToken gone = context.RequestAborted;
        using var timer = new PeriodicTimer(LiveInterval, time);
        try
        {
            do
            {
                string state = JsonSerializer.Serialize(
                    new { sensors = live.Axes(), alarms = live.Transitions().Select(AlarmView.Of), totals = Totals(status, live) }, JsonSerializerOptions.Web);
                await context.Response.WriteAsync($"event: state\ndata: {state}\n\n", gone).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(gone).ConfigureAwait(false);
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
        return new() { ["Messages"] = decode.Received, ["Dropped"] = decode.Dropped + status.Stages.Skip(1).Where(stage => stage.Unit == "block").Sum(stage => stage.Dropped), ["Windows"] = live.Windows };
    }
}
