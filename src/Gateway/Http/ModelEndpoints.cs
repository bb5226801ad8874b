using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Http;

/// <summary>What operators do with models, as POST requests like the other commands.</summary>
internal static class ModelEndpoints
{
    /// <summary><c>POST /api/v1/models/{name}/reload</c>: takes the model's file as it is now.</summary>
    public static void Map(IEndpointRouteBuilder routes, LiveModels models) => routes.MapPost(
        "/api/v1/models/{name}/reload",
        (string name, CommandBody body, HttpContext context) =>
        {
            string by = CommandEndpoints.By(context, body);
            return CommandEndpoints.AnswerAsync(context, $"Reload of model '{name}', by '{by}'", () => models.ReloadAsync(name, by, context.RequestAborted));
        });
}
