using System.Globalization;
using Thrum.Detector.Commands;
using Thrum.Detector.Samples;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Http;

/// <summary>
/// What operators do, as POST requests with a JSON body. JSON is demanded because a page of another origin cannot post it without
/// asking first, and nobody answers such a question here.
/// </summary>
internal static class CommandEndpoints
{
    private static readonly TimeSpan LongestShelf = TimeSpan.FromDays(366);

    /// <summary>
    /// <c>POST /api/v1/alarms/{machine}/{sensor}/{axis}/{rule}/acknowledge|shelve|unshelve|reset|this-was-normal|restore-levels</c> and
    /// <c>POST /api/v1/machines/{machine}/maintenance/begin|end</c>.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, OperatorCommands commands, TimeProvider time)
    {
        (OperatorAction, string)[] verbs =
        [
            (OperatorAction.Acknowledge, "acknowledge"), (OperatorAction.Unshelve, "unshelve"), (OperatorAction.Reset, "reset"), (OperatorAction.ThisWasNormal, "this-was-normal"),
            (OperatorAction.RestoreLevels, "restore-levels"),
        ];
        foreach ((OperatorAction action, string verb) in verbs)
        {
            routes.MapPost(
                $"/api/v1/alarms/{{machine}}/{{sensor}}/{{axis}}/{{rule}}/{verb}",
                (string machine, string sensor, string axis, string rule, CommandBody body, HttpContext context) =>
                    SubmitAsync(context, commands, new OperatorCommand { Action = action, Target = new AxisId(machine, sensor, axis), RuleId = rule, By = By(context, body.By) }));
        }

        routes.MapPost(
            "/api/v1/alarms/{machine}/{sensor}/{axis}/{rule}/shelve",
            async (string machine, string sensor, string axis, string rule, CommandBody body, HttpContext context) =>
            {
                DateTimeOffset now = time.GetUtcNow();
                DateTimeOffset? until = body.Until ?? (body.Minutes is > 0 and < 1e9 ? now + TimeSpan.FromMinutes(body.Minutes.Value) : null);
                return until > now && until <= now + LongestShelf
                    ? await SubmitAsync(context, commands, new OperatorCommand
                    {
                        Action = OperatorAction.Shelve,
                        Target = new AxisId(machine, sensor, axis),
                        RuleId = rule,
                        By = By(context, body.By),
                        UntilUnixNs = UnixTime.ToNs(until.Value),
                    }).ConfigureAwait(false)
                    : Results.Problem("expected 'until', a time within a year, or 'minutes', a positive number up to a year", statusCode: StatusCodes.Status400BadRequest);
            });
        MapMaintenance(routes, commands, "begin", OperatorAction.BeginMaintenance);
        MapMaintenance(routes, commands, "end", OperatorAction.EndMaintenance);
    }

    private static void MapMaintenance(IEndpointRouteBuilder routes, OperatorCommands commands, string verb, OperatorAction action) => routes.MapPost(
        $"/api/v1/machines/{{machine}}/maintenance/{verb}",
        (string machine, CommandBody body, HttpContext context) =>
            SubmitAsync(context, commands, new OperatorCommand { Action = action, Target = AxisId.OfMachine(machine), By = By(context, body.By) }));

    /// <summary>A token tells who it is; what the body says besides may be anything.</summary>
    internal static string By(HttpContext context, string? said) => Caller.Of(context) switch
    {
        { Name: { Length: > 0 } name } => string.IsNullOrEmpty(said) ? name : $"{name} ({said})",
        _ => said ?? "",
    };

    private static async Task<IResult> SubmitAsync(HttpContext context, OperatorCommands commands, OperatorCommand command)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"{command.Action} {command.Target} {command.RuleId}, by '{command.By}'{Until(command)}");
        return await AnswerAsync(context, what, () => commands.SubmitAsync(command, context.RequestAborted)).ConfigureAwait(false);
    }

    /// <summary>Does what is asked, answers what came of it, and has both in the log.</summary>
    internal static async Task<IResult> AnswerAsync(HttpContext context, string what, Func<Task<CommandResult>> submit)
    {
        CommandAudit.Describe(context, what);
        CommandResult result = await submit().ConfigureAwait(false);
        CommandAudit.Describe(context, $"{what}: {result.Outcome}, {result.Message}");
        return result.Outcome == CommandOutcome.Applied ? Results.Json(new { message = result.Message }) : Problems.Of(result);
    }

    private static string Until(OperatorCommand command) => command.Action == OperatorAction.Shelve
        ? string.Create(CultureInfo.InvariantCulture, $", until {UnixTime.ToDateTimeOffset(command.UntilUnixNs):O}") : "";
}

/// <summary>The body of a command.</summary>
/// <param name="Until">Shelve: until when, RFC 3339.</param>
/// <param name="Minutes">Shelve: for how long from now, where <paramref name="Until"/> is absent.</param>
internal sealed record CommandBody(DateTimeOffset? Until, double? Minutes)
{
    /// <summary>Who does it.</summary>
    public string? By { get; init; }
}
