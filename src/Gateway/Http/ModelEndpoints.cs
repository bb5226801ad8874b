using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Learning;

namespace Thrum.Gateway.Http;

/// <summary>The models in use, what their alarms rest on, and what operators do with them.</summary>
internal static class ModelEndpoints
{
    private const string OctetStream = "application/octet-stream";
    private const string Markdown = "text/markdown";

    /// <summary>
    /// <c>GET /api/v1/models</c>; <c>GET /api/v1/models/{name}</c>: those of that name; <c>GET /api/v1/calibration</c>: per model and metric, what healthy scores look like and which level
    /// raises an alarm.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, GatewayStatus status)
    {
        routes.MapGet("/api/v1/models", (HttpContext context, int? limit, string? after) => Paging.List(context, status.Models(), limit, after, model => $"{model.Name} {model.Match}"))
            .Produces<IReadOnlyList<ModelView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/models/{name}", (string name) =>
            status.Models().Where(model => model.Name == name).ToArray() is { Length: > 0 } models
                ? Results.Json(models)
                : Results.Problem($"there is no model '{Problems.Cut(name)}', expected {string.Join(" or ", status.Models().Select(model => $"'{model.Name}'").DefaultIfEmpty("none: no model is configured"))}", statusCode: StatusCodes.Status404NotFound))
            .Produces<IReadOnlyList<ModelView>>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/calibration", () => Results.Json(status.Calibrations())).Produces<IReadOnlyList<CalibrationView>>();
    }

    /// <summary><c>GET /api/v1/learning</c>: how far each axis is that learns a model of its own; empty when none does.</summary>
    public static void MapLearning(IEndpointRouteBuilder routes, LearningDesk? learning) =>
        routes.MapGet("/api/v1/learning", (HttpContext context, int? limit, string? after) =>
            Paging.List(context, learning?.Progress ?? [], limit, after, axis => $"{axis.Machine}/{axis.Sensor}/{axis.Axis}"))
            .Produces<IReadOnlyList<LearningProgress>>().ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>
    /// <c>POST /api/v1/models/{name}/reload</c>: takes the files of a model and its shadow as they are now; <c>…/promote</c>: makes the shadow the live one.
    /// <c>GET /api/v1/models/{name}/shadow</c>: how the shadow compares, for each entry of that name. <c>GET /api/v1/models/{name}/card</c>: what is written about it, as Markdown.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LiveModels models)
    {
        Map(routes, "reload", models.ReloadAsync);
        Map(routes, "promote", models.PromoteAsync);
        routes.MapGet("/api/v1/models/{name}/shadow", (string name) => models.Shadows(name) is { } shadows
            ? Results.Json(shadows)
            : NotFound($"Detector:Models has no file named '{Problems.Cut(name)}'"))
            .Produces<IReadOnlyList<ShadowView>>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/models/{name}/card", (string name, CancellationToken ct) => CardAsync(models.FileOf(name), name, ct))
            .Produces<string>(contentType: Markdown).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CardAsync(string? model, string name, CancellationToken cancellationToken)
    {
        if (model is null)
        {
            return NotFound($"Detector:Models has no file named '{Problems.Cut(name)}'");
        }

        string file = Path.GetFileName(ModelCardFile.PathOf(model));
        try
        {
            return await ModelCardFile.ReadAsync(model, cancellationToken).ConfigureAwait(false) is { } card
                ? Results.Text(card, Markdown + "; charset=utf-8")
                : NotFound($"model '{name}' has no card, expected a file '{file}' beside it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The words of the system would name folders, which are no viewer's business.
            return NotFound($"model '{name}' has a card '{file}' that cannot be read, or has more than {ModelCardFile.MaxBytes} bytes");
        }
    }

    private static IResult NotFound(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    private static void Map(IEndpointRouteBuilder routes, string verb, Func<string, string, CancellationToken, Task<CommandResult>> change) => routes.MapPost(
        $"/api/v1/models/{{name}}/{verb}",
        (string name, CommandBody body, HttpContext context) =>
        {
            string by = CommandEndpoints.By(context, body.By);
            return CommandEndpoints.AnswerAsync(context, $"{verb} of model '{name}', by '{by}'", () => change(name, by, context.RequestAborted));
        }).WithMetadata(Needs.Admin);

    /// <summary>
    /// <c>POST /api/v1/models/{name}/upload?as=live|shadow</c>: the body, an ONNX file as <c>application/octet-stream</c>, takes the place of the model's file, or of its shadow's. That content
    /// type is demanded for the reason that JSON is elsewhere: a page of another origin cannot post it.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, ModelUpload upload) => routes.MapPost(
        "/api/v1/models/{name}/upload",
        (string name, [FromQuery(Name = "as")] string? role, HttpContext context) =>
        {
            if (role is not (null or "live" or "shadow"))
            {
                return Task.FromResult(Problems.BadRequest($"as is '{Problems.Cut(role)}', expected live or shadow"));
            }

            string by = CommandEndpoints.By(context, null);
            ModelRole takes = role == "shadow" ? ModelRole.Shadow : ModelRole.Live;
            return MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals(OctetStream, StringComparison.OrdinalIgnoreCase)
                ? CommandEndpoints.AnswerAsync(context, $"Upload of {(takes == ModelRole.Shadow ? "a shadow of " : "")}model '{name}', by '{by}'", () => upload.PutAsync(name, takes, () => ReadAsync(context), by, context.RequestAborted))
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
