using Thrum.Detector.Commands;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Http;

/// <summary>The models in use, what their alarms rest on, and what operators do with them.</summary>
internal static class ModelEndpoints
{
    /// <summary>
    /// <c>GET /api/v1/models</c>; <c>GET /api/v1/models/{name}</c>: those of that name; <c>GET /api/v1/calibration</c>: per model and metric, what healthy scores look like and which level
    /// raises an alarm.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, GatewayStatus status)
    {
        routes.MapGet("/api/v1/models", () => Results.Json(status.Models())).Produces<IReadOnlyList<ModelView>>();
        routes.MapGet("/api/v1/models/{name}", (string name) =>
            status.Models().Where(model => model.Name == name).ToArray() is { Length: > 0 } models
                ? Results.Json(models)
                : Results.Problem($"there is no model '{Problems.Cut(name)}', expected {string.Join(" or ", status.Models().Select(model => $"'{model.Name}'").DefaultIfEmpty("none: no model is configured"))}", statusCode: StatusCodes.Status404NotFound))
            .Produces<IReadOnlyList<ModelView>>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/calibration", () => Results.Json(status.Calibrations())).Produces<IReadOnlyList<CalibrationView>>();
    }

    /// <summary>
    /// <c>POST /api/v1/models/{name}/reload</c>: takes the files of a model and its shadow as they are now; <c>…/promote</c>: makes the shadow the live one.
    /// <c>GET /api/v1/models/{name}/shadow</c>: how the shadow compares, for each entry of that name.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LiveModels models)
    {
        Map(routes, "reload", models.ReloadAsync);
        Map(routes, "promote", models.PromoteAsync);
        routes.MapGet("/api/v1/models/{name}/shadow", (string name) => models.Shadows(name) is { } shadows
            ? Results.Json(shadows)
            : Results.Problem($"Detector:Models has no file named '{Problems.Cut(name)}'", statusCode: StatusCodes.Status404NotFound))
            .Produces<IReadOnlyList<ShadowView>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void Map(IEndpointRouteBuilder routes, string verb, Func<string, string, CancellationToken, Task<CommandResult>> change) => routes.MapPost(
        $"/api/v1/models/{{name}}/{verb}",
        (string name, CommandBody body, HttpContext context) =>
        {
            string by = CommandEndpoints.By(context, body);
            return CommandEndpoints.AnswerAsync(context, $"{verb} of model '{name}', by '{by}'", () => change(name, by, context.RequestAborted));
        });
}
