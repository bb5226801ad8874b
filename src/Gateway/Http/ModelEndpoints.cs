using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Thrum.Detector.Commands;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Learning;

namespace Thrum.Gateway.Http;

/// <summary>The models in use, what their alarms rest on, and what operators do with them.</summary>
internal static class ModelEndpoints
{
    private const string OctetStream = "application/octet-stream";

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
        }).WithMetadata(Needs.Admin);

    /// <summary>
    /// <c>POST /api/v1/models/{name}/upload</c>: the body, an ONNX file as <c>application/octet-stream</c>, takes the place of the model's file. That content type is demanded for the
    /// reason that JSON is elsewhere: a page of another origin cannot post it.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, ModelUpload upload) => routes.MapPost(
        "/api/v1/models/{name}/upload",
        (string name, HttpContext context) =>
        {
            string by = CommandEndpoints.By(context, new CommandBody(null, null));
            return MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals(OctetStream, StringComparison.OrdinalIgnoreCase)
                ? CommandEndpoints.AnswerAsync(context, $"Upload of model '{name}', by '{by}'", () => upload.PutAsync(name, () => ReadAsync(context), by, context.RequestAborted))
                : Task.FromResult(Results.Problem($"the content type is '{Problems.Cut(context.Request.ContentType)}', expected {OctetStream}", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }).WithMetadata(Needs.Admin).WithSummary($"The body is an ONNX file as {OctetStream}, at most {ModelUpload.MaxBytes >> 20} MiB.");

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = ModelUpload.MaxBytes;
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        return bytes.ToArray();
    }
}
