using Thrum.Detector.Alarms;
using Thrum.Gateway.Live;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>What the alarms did and how they stand.</summary>
internal static class AlarmEndpoints
{
    /// <summary><c>GET /api/v1/alarms/active</c>: the alarms that are not normal now; with <c>limit</c> or <c>after</c> (<c>machine/sensor/axis/rule</c>) by name and in pages.</summary>
    public static void MapActive(IEndpointRouteBuilder routes, LiveView live) =>
        routes.MapGet("/api/v1/alarms/active", (HttpContext context, int? limit, string? after) =>
            Paging.List(context, live.Standing().Select(AlarmView.Of), limit, after, alarm => $"{alarm.Machine}/{alarm.Sensor}/{alarm.Axis}/{alarm.Rule}"))
            .Produces<IReadOnlyList<AlarmView>>().ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>
    /// <c>GET /api/v1/alarms?state=…&amp;severity=…&amp;from=…&amp;until=…&amp;machine=…&amp;sensor=…&amp;axis=…&amp;rule=…&amp;limit=…&amp;before=…</c>: transitions, newest first; <c>before</c> is the id
    /// of the last one of the page before. <c>GET /api/v1/alarms/{id}</c>: one of them.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LocalStore store)
    {
        var pages = new StorePages(store);
        routes.MapGet(
            "/api/v1/alarms",
            (HttpContext context, string? state, string? severity, DateTimeOffset? from, DateTimeOffset? until, string? machine, string? sensor, string? axis, string? rule, int? limit, Guid? before) =>
                ListAsync(context, pages, new AlarmFilter(state, severity, from, until, machine, sensor, axis, rule, limit, before)))
            .Produces<IReadOnlyList<AlarmView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/alarms/{id:guid}", async (Guid id, CancellationToken ct) =>
            await pages.AlarmAsync(id, ct).ConfigureAwait(false) is { } alarm
                ? Results.Json(AlarmView.Of(alarm))
                : Results.Problem($"there is no transition {id}: it never was, or it is past its retention", statusCode: StatusCodes.Status404NotFound))
            .Produces<AlarmView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, StorePages pages, AlarmFilter filter)
    {
        if ((filter.Fault() ?? Paging.Fault(filter.Limit)) is { } fault)
        {
            return fault;
        }

        CancellationToken gone = context.RequestAborted;
        if (filter.Before is { } before && await pages.AlarmAsync(before, gone).ConfigureAwait(false) is null)
        {
            return Problems.BadRequest($"before is '{before}', expected the id of a transition that is kept");
        }

        AlarmQuery query = filter.ToQuery();
        IReadOnlyList<AlarmTransition> rows = await pages.AlarmsAsync(query, gone).ConfigureAwait(false);
        return Paging.Page(context, [.. rows.Select(AlarmView.Of)], query.Limit, "before", alarm => alarm.Id);
    }
}
