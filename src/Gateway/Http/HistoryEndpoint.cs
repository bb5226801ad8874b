using Thrum.Detector.Samples;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>Score history of one axis from the local store.</summary>
internal static class HistoryEndpoint
{
    private const double MaxMinutes = 366 * 24 * 60;
    private const int MaxPoints = 10_000;

    /// <summary>
    /// <c>GET /api/v1/history?machine=…&amp;sensor=…&amp;axis=…&amp;minutes=60&amp;step=1</c>: oldest first, step in seconds; <c>until</c> (RFC 3339) ends the span elsewhere
    /// than now, and <c>from</c> takes the place of <c>minutes</c>. A step that would give more than 10,000 points is widened.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LocalStore store, TimeProvider time) =>
        routes.MapGet("/api/v1/history", async (string? machine, string? sensor, string? axis, double? minutes, double? step, DateTimeOffset? from, DateTimeOffset? until, CancellationToken ct) =>
        {
            DateTimeOffset end = until ?? time.GetUtcNow();
            double span = from is null ? minutes ?? 60 : (end - from.Value).TotalMinutes;
            return Fault(machine, minutes, step, span, isRange: from is not null) ?? Results.Json(
                (await QueryAsync(store, new AxisId(machine!, sensor ?? AxisId.Default, axis ?? AxisId.Default), end, TimeSpan.FromMinutes(span), step, ct).ConfigureAwait(false)).Select(HistoryView.Of));
        }).Produces<IReadOnlyList<HistoryView>>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static IResult? Fault(string? machine, double? minutes, double? step, double span, bool isRange)
    {
        if (string.IsNullOrEmpty(machine))
        {
            return Problems.BadRequest("machine is missing, expected the name of a machine");
        }

        if (minutes is not (null or (> 0 and <= MaxMinutes)))
        {
            return Problems.BadRequest(FormattableString.Invariant($"minutes is {minutes}, expected a number above 0, at most {MaxMinutes}"));
        }

        if (isRange && span is not (> 0 and <= MaxMinutes))
        {
            return Problems.BadRequest(FormattableString.Invariant($"from is {span} minutes before until, expected a time before it, at most {MaxMinutes} minutes"));
        }

        return step is null or (> 0 and <= MaxMinutes * 60)
            ? null
            : Problems.BadRequest(FormattableString.Invariant($"step is {step}, expected a number of seconds above 0, at most {MaxMinutes * 60}"));
    }

    private static Task<IReadOnlyList<HistoryPoint>> QueryAsync(LocalStore store, AxisId axis, DateTimeOffset end, TimeSpan span, double? step, CancellationToken ct)
    {
        long until = UnixTime.ToNs(end), spanNs = UnixTime.ToNs(span);
        long from = Math.Max(until, long.MinValue + spanNs) - spanNs;
        TimeSpan width = TimeSpan.FromSeconds(Math.Max(step ?? 1, span.TotalSeconds / MaxPoints));
        return store.QueryHistoryAsync(axis, from, until, width, ct);
    }
}

/// <summary>One span of history as the API shows it; what no window had is null.</summary>
internal sealed record HistoryView(
    DateTimeOffset Start, string Scorer, long Windows, long Scored, double? MaxScore, double? MeanScore, double? MinPValue, double? Threshold, string State, string Status)
{
    public static HistoryView Of(HistoryPoint point) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(point.StartUnixNs / 1_000_000), point.Scorer, point.Windows, point.Scored,
        point.MaxScore.FiniteOrNull(), point.MeanScore.FiniteOrNull(), point.MinPValue.FiniteOrNull(), point.Threshold.FiniteOrNull(), point.State, point.Status);
}
