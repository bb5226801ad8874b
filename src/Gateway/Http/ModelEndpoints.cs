using Thrum.Gateway.Hosting;
using Thrum.Gateway.Learning;

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

    /// <summary><c>GET /api/v1/learning</c>: how far each axis is that learns a model of its own; empty when none does.</summary>
    public static void MapLearning(IEndpointRouteBuilder routes, LearningDesk? learning) =>
        routes.MapGet("/api/v1/learning", () => Results.Json(learning?.Progress ?? [])).Produces<IReadOnlyList<LearningProgress>>();

    /// <summary><c>POST /api/v1/models/{name}/reload</c>: takes the model's file as it is now.</summary>
    public static void Map(IEndpointRouteBuilder routes, LiveModels models) => routes.MapPost(
        "/api/v1/models/{name}/reload",
        (string name, CommandBody body, HttpContext context) =>
        {
            string by = CommandEndpoints.By(context, body);
            return CommandEndpoints.AnswerAsync(context, $"Reload of model '{name}', by '{by}'", () => models.ReloadAsync(name, by, context.RequestAborted));
        });
}
