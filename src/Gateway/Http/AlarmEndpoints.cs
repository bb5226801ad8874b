using Thrum.Detector.Alarms;
using Thrum.Gateway.Live;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>What the alarms did and how they stand.</summary>
internal static class AlarmEndpoints
{
    private static readonly Dictionary<string, AlarmState> States = Enum.GetValues<AlarmState>().ToDictionary(state => state.ToWireName());

    /// <summary><c>GET /api/v1/alarms/active</c>: the alarms that are not normal now.</summary>
    public static void MapActive(IEndpointRouteBuilder routes, LiveView live) =>
        routes.MapGet("/api/v1/alarms/active", () => Results.Json(live.Standing().Select(AlarmView.Of))).Produces<IReadOnlyList<AlarmView>>();

    /// <summary>
    /// <c>GET /api/v1/alarms?state=…&amp;machine=…&amp;sensor=…&amp;axis=…&amp;rule=…&amp;limit=…&amp;before=…</c>: transitions, newest first; <c>before</c> is the id of the last
    /// one of the page before. <c>GET /api/v1/alarms/{id}</c>: one of them.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LocalStore store)
    {
        var pages = new StorePages(store);
        routes.MapGet(
            "/api/v1/alarms",
            (HttpContext context, string? state, string? machine, string? sensor, string? axis, string? rule, int? limit, Guid? before) =>
                ListAsync(context, pages, state, new AlarmQuery(machine, sensor, axis, rule, null, before, limit ?? Paging.UsualPerPage)))
            .Produces<IReadOnlyList<AlarmView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/alarms/{id:guid}", async (Guid id, CancellationToken ct) =>
            await pages.AlarmAsync(id, ct).ConfigureAwait(false) is { } alarm
                ? Results.Json(AlarmView.Of(alarm))
                : Results.Problem($"there is no transition {id}: it never was, or it is past its retention", statusCode: StatusCodes.Status404NotFound))
            .Produces<AlarmView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, StorePages pages, string? state, AlarmQuery query)
    {
        AlarmState to = default;
        if (state is not null && !States.TryGetValue(state, out to))
        {
            return Problems.BadRequest($"state is '{Problems.Cut(state)}', expected {string.Join(" or ", States.Keys)}");
        }

        if (Paging.Fault(query.Limit) is { } fault)
        {
            return fault;
        }

        CancellationToken gone = context.RequestAborted;
        if (query.Before is { } before && await pages.AlarmAsync(before, gone).ConfigureAwait(false) is null)
        {
            return Problems.BadRequest($"before is '{before}', expected the id of a transition that is kept");
        }

        IReadOnlyList<AlarmTransition> rows = await pages.AlarmsAsync(query with { State = state is null ? null : to }, gone).ConfigureAwait(false);
        return Paging.Page(context, [.. rows.Select(AlarmView.Of)], query.Limit, "before", alarm => alarm.Id);
    }
}
