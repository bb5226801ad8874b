using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Thrum.Detector.Commands;
using Thrum.Detector.Questions;

namespace Thrum.Gateway.Http;

/// <summary>Makes every error an answer of problem details (RFC 9457) that says what was found and what was expected.</summary>
internal sealed partial class Problems(ILogger<Problems> logger)
{
    private const int MaxShown = 200;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
            {
                await WriteAsync(context, context.Response.StatusCode, Words(context)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, e.StatusCode, Words(context, e)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last stop of a request: whatever fails must not take the connection or a word of it to the client.
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            Log.RequestFailed(logger, e, context.Request.Method, Cut(context.Request.Path));
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "the gateway could not answer; its log tells why").ConfigureAwait(false);
        }
    }

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail) => Results.Problem(detail, statusCode: status).ExecuteAsync(context);

    /// <summary>A problem of the request itself.</summary>
    public static IResult BadRequest(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Why a command was not carried out.</summary>
    public static IResult Of(CommandResult result) => Results.Problem(result.Message, statusCode: result.Outcome switch
    {
        CommandOutcome.Invalid => StatusCodes.Status400BadRequest,
        CommandOutcome.Unknown => StatusCodes.Status404NotFound,
        CommandOutcome.Refused => StatusCodes.Status422UnprocessableEntity,
        CommandOutcome.WrongState => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    });

    /// <summary>Why nothing of an axis can be read.</summary>
    public static IResult Of<T>(AxisAnswer<T> answer)
        where T : class => Results.Problem(answer.Message, statusCode: answer.Outcome switch
        {
            AnswerOutcome.Unknown => StatusCodes.Status404NotFound,
            AnswerOutcome.Empty => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status503ServiceUnavailable,
        });

    /// <summary>Foreign text, cut to what is worth showing.</summary>
    public static string Cut(string? text) => text is { Length: > MaxShown } ? text[..MaxShown] + "…" : text ?? "";

    private static string Words(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at '{Cut(context.Request.Path)}', expected a path that /api/v1/openapi.json lists",
        StatusCodes.Status405MethodNotAllowed => $"the method is '{Cut(context.Request.Method)}', expected {context.Response.Headers.Allow}",
        StatusCodes.Status413PayloadTooLarge => "the body is too large",
        StatusCodes.Status415UnsupportedMediaType => $"the content type is '{Cut(context.Request.ContentType)}', expected application/json",
        _ => "the request was refused",
    };

    private static string Words(HttpContext context, BadHttpRequestException fault) => fault switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => $"the body is too large, expected at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes",
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => $"the content type is another one, expected application/json",
        _ when UnreadableValue().Match(fault.Message) is { Success: true } found =>
            $"{found.Groups[2].Value} is '{Cut(found.Groups[3].Value)}', expected {Expected(found.Groups[1].Value)}",
        { InnerException: JsonException json } => $"the body is not the JSON expected: {Cut(json.Message)}",
        _ => Cut(fault.Message),
    };

    private static string Expected(string type) => type switch
    {
        "double" or "Double" => "a number",
        "int" or "Int32" or "long" or "Int64" => "a whole number",
        "Guid" => "an id such as 01234567-89ab-cdef-0123-456789abcdef",
        "DateTimeOffset" => "a time such as 2026-01-31T12:00:00Z",
        _ => type,
    };

    /// <summary>How routing says that a parameter cannot be read.</summary>
    [GeneratedRegex("""^Failed to bind parameter "(?:Nullable<)?(\w+)>? (\w+)" from "(.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex UnreadableValue();
}
