using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Live;
using Thrum.Gateway.Telemetry;

namespace Thrum.Gateway.Http;

/// <summary>The page, the API, health and telemetry of a running gateway.</summary>
internal static class GatewayEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, GatewayStatus status, LiveView live, TimeProvider time)
    {
        PageFiles.Map(routes);
        routes.MapGet("/healthz", () => Results.Text("ok\n")).WithMetadata(OpenAccess.Mark);
        routes.MapGet("/readyz", (HttpContext context) => Ready(status, Caller.Of(context) is not null)).WithMetadata(OpenAccess.Mark);
        SensorEndpoints.Map(routes, live);
        AlarmEndpoints.MapActive(routes, live);
        routes.MapGet("/api/v1/gateway", () => Results.Json(GatewayView.Of(status))).Produces<GatewayView>();
        ModelEndpoints.Map(routes, status);
        new LiveFeed(status, live, time).Map(routes);
    }

    /// <summary><c>GET /metrics</c>.</summary>
    public static void MapMetrics(IEndpointRouteBuilder routes, GatewayMeter meter) => routes
        .MapGet("/metrics", () => Results.Text(meter.ToPrometheus(), "text/plain; version=0.0.4; charset=utf-8")).Produces<string>(contentType: "text/plain");

    /// <summary>Anything may probe whether it is ready; why it is not names parts of the plant.</summary>
    private static IResult Ready(GatewayStatus status, bool withReasons)
    {
        IReadOnlyList<string> reasons = status.NotReadyReasons();
        return Results.Json(
            new { ready = reasons.Count == 0, reasons = withReasons ? reasons : [] },
            statusCode: reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
