using System.Globalization;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Http;

/// <summary>Calibrating an axis anew on an operator's word: a report first, then the confirmation, and the way back.</summary>
internal static class RecalibrationEndpoints
{
    private const string Path = "/api/v1/sensors/{machine}/{sensor}/{axis}/calibration";
    private const double MostHours = 24 * 366;

    /// <summary>
    /// <c>GET /api/v1/sensors/{machine}/{sensor}/{axis}/calibration</c>: what the axis is judged by. <c>POST …/propose</c> with <c>hours</c>, or <c>from</c> and <c>to</c>: a drift report, which changes
    /// nothing. <c>POST …/confirm</c> with its <c>id</c>: puts it in force. <c>POST …/restore</c>: the calibration of before.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, Recalibrator recalibrator, TimeProvider time)
    {
        routes.MapGet(Path, async (string machine, string sensor, string axis, string? band, string? scorer, CancellationToken gone) =>
        {
            if (ScorerOf(scorer) is not { } of)
            {
                return UnknownScorer(scorer);
            }

            AxisAnswer<AxisStandard> answer = await recalibrator.StandardAsync(new AxisId(machine, sensor, axis), band ?? "", of, gone).ConfigureAwait(false);
            return answer.Value is { } standard ? Results.Json(StandardView.Of(standard)) : Problems.Of(answer);
        }).Produces<StandardView>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost(Path + "/propose", (string machine, string sensor, string axis, ProposalBody body, HttpContext context) =>
            ProposeAsync(recalibrator, new AxisId(machine, sensor, axis), body, time.GetUtcNow(), context)).Produces<DriftReport>().ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapPost(Path + "/confirm", (string machine, string sensor, string axis, ConfirmationBody body, HttpContext context) =>
        {
            var target = new AxisId(machine, sensor, axis);
            string by = CommandEndpoints.By(context, body.By);
            return string.IsNullOrEmpty(body.Id)
                ? Task.FromResult(Problems.BadRequest("id is missing, expected that of a report of …/propose"))
                : CommandEndpoints.AnswerAsync(
                    context, $"Recalibrate {target} by proposal {Problems.Cut(body.Id)}{(body.Force ? ", forced" : "")}, by '{by}'", () => recalibrator.ConfirmAsync(target, body.Id, body.Force, by, context.RequestAborted));
        });
        routes.MapPost(Path + "/restore", (string machine, string sensor, string axis, RestoreBody body, HttpContext context) =>
        {
            var target = new AxisId(machine, sensor, axis);
            string by = CommandEndpoints.By(context, body.By);
            return ScorerOf(body.Scorer) is { } scorer
                ? CommandEndpoints.AnswerAsync(
                    context, $"RestoreCalibration {target} {body.Band} {body.Scorer}, by '{by}'", () => recalibrator.RestoreAsync(target, body.Band ?? "", scorer, by, context.RequestAborted))
                : Task.FromResult(UnknownScorer(body.Scorer));
        });
    }

    private static AxisScorer? ScorerOf(string? name) => name switch
    {
        null or "" => AxisScorer.OfWindows,
        "model" => AxisScorer.Model,
        "baseline" => AxisScorer.Baseline,
        _ => null,
    };

    private static IResult UnknownScorer(string? name) => Problems.BadRequest($"scorer is '{Problems.Cut(name!)}', expected 'model' or 'baseline'");

    private static async Task<IResult> ProposeAsync(Recalibrator recalibrator, AxisId axis, ProposalBody body, DateTimeOffset now, HttpContext context)
    {
        if (ScorerOf(body.Scorer) is not { } scorer)
        {
            return UnknownScorer(body.Scorer);
        }

        DateTimeOffset from, to;
        if (body.Hours is > 0 and <= MostHours && body.From is null && body.To is null)
        {
            (from, to) = (now - TimeSpan.FromHours(body.Hours.Value), now);
        }
        else if (body is { From: { } first, To: { } last, Hours: null } && first < last && first >= DateTimeOffset.UnixEpoch)
        {
            (from, to) = (first, last);
        }
        else
        {
            return Problems.BadRequest(string.Create(CultureInfo.InvariantCulture, $"expected 'hours', a positive number up to {MostHours}, or 'from' and a later 'to'"));
        }

        CommandAudit.Describe(context, string.Create(CultureInfo.InvariantCulture, $"Report for recalibrating {axis} {body.Scorer} from {from:O} to {to:O}"));
        (DriftReport? report, CommandResult fault) = await recalibrator.ProposeAsync(
            axis, body.Band ?? "", scorer, UnixTime.ToNs(from), UnixTime.ToNs(to), context.RequestAborted).ConfigureAwait(false);
        return report is not null
            ? Results.Json(report)
            : Problems.Of(fault);
    }
}

/// <summary>What to calibrate on.</summary>
/// <param name="Hours">The last so many hours.</param>
/// <param name="From">From when, RFC 3339, in place of <paramref name="Hours"/>.</param>
/// <param name="To">Until when.</param>
/// <param name="Band">The band of speed or load; the one that the axis is in when absent.</param>
internal sealed record ProposalBody(double? Hours, DateTimeOffset? From, DateTimeOffset? To, string? Band)
{
    /// <summary><c>model</c> or <c>baseline</c>; the one that scores the axis's windows when absent.</summary>
    public string? Scorer { get; init; }
}

/// <summary>Puts a proposal in force.</summary>
/// <param name="Id">The <c>id</c> of its report.</param>
/// <param name="Force">That it is meant though the report warns of a fault.</param>
internal sealed record ConfirmationBody(string? Id, bool Force)
{
    /// <summary>Who does it.</summary>
    public string? By { get; init; }
}

/// <summary>Puts the calibration of before back in force.</summary>
/// <param name="Band">The band of speed or load; the one that the axis is in when absent.</param>
internal sealed record RestoreBody(string? Band)
{
    /// <summary><c>model</c> or <c>baseline</c>; the one that scores the axis's windows when absent.</summary>
    public string? Scorer { get; init; }

    /// <summary>Who does it.</summary>
    public string? By { get; init; }
}

/// <summary>What an axis is judged by.</summary>
/// <param name="Model">Who scores it.</param>
/// <param name="Band">The band of speed or load; null without bands.</param>
/// <param name="Bands">All of them.</param>
/// <param name="IsOwn">Whether an operator put a calibration of the axis's own in force.</param>
/// <param name="From">The first window of that.</param>
/// <param name="To">The last one.</param>
/// <param name="Metrics">Healthy scores per metric.</param>
/// <param name="Levels">The levels of its rules.</param>
internal sealed record StandardView(
    string Model, string? Band, IReadOnlyList<string> Bands, bool IsOwn, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<HealthyView> Metrics, IReadOnlyList<LevelView> Levels)
{
    public static StandardView Of(AxisStandard standard) => new(
        standard.Scorer.Name, standard.Band?.Name, [.. standard.Bands.Select(band => band.Name)], standard.Own is not null, Time(standard.Own?.FromUnixNs), Time(standard.Own?.ToUnixNs),
        [.. standard.Metrics.Select(metric => HealthyView.Of(metric.Key, metric.Value))], [.. standard.Rules.Select(LevelView.Of)]);

    private static DateTimeOffset? Time(long? unixNs) => unixNs is { } ns ? UnixTime.ToDateTimeOffset(ns) : null;
}
