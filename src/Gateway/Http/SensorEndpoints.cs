using Thrum.Detector.Samples;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Http;

/// <summary>The machines and their axes as they are now.</summary>
internal static class SensorEndpoints
{
    /// <summary>
    /// <c>GET /api/v1/sensors</c>: every axis, those that need to be looked at most first; with <c>machine</c> only its axes; with <c>limit</c> or <c>after</c> (<c>machine/sensor/axis</c>) by
    /// name and in pages. <c>GET /api/v1/sensors/{machine}/{sensor}/{axis}</c>: one. <c>GET /api/v1/machines</c>: each with its worst state, likewise in pages.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LiveView live)
    {
        routes.MapGet("/api/v1/sensors", (HttpContext context, string? machine, int? limit, string? after) =>
            Paging.List(context, live.Axes().Where(axis => machine is null || axis.Machine == machine), limit, after, axis => axis.Name))
            .Produces<IReadOnlyList<LiveAxisState>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/sensors/{machine}/{sensor}/{axis}", (string machine, string sensor, string axis) =>
            live.Find(new AxisId(machine, sensor, axis)) is { } found
                ? Results.Json(found)
                : Results.Problem($"{new AxisId(machine, sensor, axis)} is unknown: nothing of it was received since the start", statusCode: StatusCodes.Status404NotFound))
            .Produces<LiveAxisState>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/machines", (HttpContext context, int? limit, string? after) => Paging.List(context, live.Machines(), limit, after, machine => machine.Machine))
            .Produces<IReadOnlyList<MachineView>>().ProducesProblem(StatusCodes.Status400BadRequest);
    }
}
