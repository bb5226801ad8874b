using Thrum.Detector.Samples;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>Score history of one axis from the local store.</summary>
internal static class HistoryEndpoint
{
    private const double MaxMinutes = 366 * 24 * 60;
    private const int MaxPoints = 10_000;

    /// <summary><c>GET /api/v1/history?machine=…&amp;sensor=…&amp;axis=…&amp;minutes=60&amp;step=1</c>: oldest first, step in seconds.</summary>
    public static void Map(IEndpointRouteBuilder routes, LocalStore store, TimeProvider time) =>
        routes.MapGet("/api/v1/history", async (string? machine, string? sensor, string? axis, double? minutes, double? step, CancellationToken ct) =>
        {
            if (string.IsNullOrEmpty(machine))
            {
                return Problems.BadRequest("machine is missing, expected the name of a machine");
            }

            if (minutes is not (null or (> 0 and <= MaxMinutes)))
            {
                return Problems.BadRequest(FormattableString.Invariant($"minutes is {minutes}, expected a number above 0, at most {MaxMinutes}"));
            }

            if (step is not (null or (> 0 and <= MaxMinutes * 60)))
            {
                return Problems.BadRequest(FormattableString.Invariant($"step is {step}, expected a number of seconds above 0, at most {MaxMinutes * 60}"));
            }

            TimeSpan span = TimeSpan.FromMinutes(minutes ?? 60);
            TimeSpan width = TimeSpan.FromSeconds(Math.Max(step ?? 1, span.TotalSeconds / MaxPoints));
            long until = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            long from = until - (span.Ticks * TimeSpan.NanosecondsPerTick);
            var id = new AxisId(machine, sensor ?? AxisId.Default, axis ?? AxisId.Default);
            IReadOnlyList<HistoryPoint> points = await store.QueryHistoryAsync(id, from, until, width, ct).ConfigureAwait(false);
            return Results.Json(points.Select(HistoryView.Of));
        }).Produces<IReadOnlyList<HistoryView>>().ProducesProblem(StatusCodes.Status400BadRequest);
}

/// <summary>One span of history as the API shows it; what no window had is null.</summary>
internal sealed record HistoryView(
    DateTimeOffset Start, string Scorer, long Windows, long Scored, double? MaxScore, double? MeanScore, double? MinPValue, double? Threshold, string State, string Status)
{
    public static HistoryView Of(HistoryPoint point) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(point.StartUnixNs / 1_000_000), point.Scorer, point.Windows, point.Scored,
        Finite(point.MaxScore), Finite(point.MeanScore), Finite(point.MinPValue), Finite(point.Threshold), point.State, point.Status);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
