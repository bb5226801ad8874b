using Thrum.Detector.Alarms;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Http;

/// <summary>What the alarms did and how they stand.</summary>
internal static class AlarmEndpoints
{
    private static readonly string[] States = [.. Enum.GetValues<AlarmState>().Select(state => state.ToWireName())];

    /// <summary>
    /// <c>GET /api/v1/alarms?state=…&amp;machine=…&amp;limit=…&amp;before=…</c>: the latest transitions, newest first, of those that are kept in memory;
    /// <c>before</c> is the id of the last one of the page before. <c>GET /api/v1/alarms/active</c>: the alarms that are not normal now.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LiveView live)
    {
        routes.MapGet("/api/v1/alarms", (string? state, string? machine, int? limit, Guid? before) => List(live, state, machine, limit, before))
            .Produces<IReadOnlyList<AlarmView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/alarms/active", () => Results.Json(live.Standing().Select(AlarmView.Of))).Produces<IReadOnlyList<AlarmView>>();
    }

    private static IResult List(LiveView live, string? state, string? machine, int? limit, Guid? before)
    {
        if (state is not null && !States.Contains(state))
        {
            return Problems.BadRequest($"state is '{Problems.Cut(state)}', expected {string.Join(" or ", States)}");
        }

        if (limit is not (null or (>= 1 and <= LiveView.TransitionsKept)))
        {
            return Problems.BadRequest(FormattableString.Invariant($"limit is {limit}, expected a whole number from 1 to {LiveView.TransitionsKept}"));
        }

        IEnumerable<AlarmTransition> transitions = live.Transitions();
        if (before is not null)
        {
            // The one that is named was found when something is left, itself included.
            transitions = transitions.SkipWhile(transition => transition.Id != before);
            if (!transitions.Any())
            {
                return Problems.BadRequest($"before is '{before}', expected the id of one of the latest {LiveView.TransitionsKept} transitions");
            }

            transitions = transitions.Skip(1);
        }

        return Results.Json(transitions
            .Where(transition => (state is null || transition.To.ToWireName() == state) && (machine is null || transition.Axis.Machine == machine))
            .Take(limit ?? LiveView.TransitionsKept).Select(AlarmView.Of));
    }
}
