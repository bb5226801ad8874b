using System.Globalization;
using System.Net;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// Lets a request pass whose token allows it. Without tokens everybody on this machine may pass, but not a page whose host name was
/// made to point here: a browser would take the gateway for that page's own server.
/// </summary>
internal sealed class AccessGate(HttpOptions options, TimeProvider time, ILogger<AccessGate> logger)
{
    private const string Scheme = "Bearer ";
    private const int MaxToken = 256;

    private readonly TokenSet _tokens = new(options.Tokens);
    private readonly FailureLimit _failures = new(time);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_tokens.IsEmpty)
        {
            context.Features.Set(Caller.Local);
            return IsThisMachine(context.Request.Host.Host)
                ? next(context)
                : Problems.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, $"the host is '{Problems.Cut(context.Request.Host.Host)}', expected localhost or an IP address: no other name is served without tokens");
        }

        string? token = TokenOf(context.Request);
        Caller? caller = token is null ? null : _tokens.Find(token);
        context.Features.Set(caller);
        return context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<OpenAccess>() is not null ? next(context)
            : caller is null ? RefuseAsync(context, token is not null)
            : Needs.Of(endpoint.Metadata, context.Request.Method) is var needed && caller.Role >= needed ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, $"the token '{caller.Name}' has the role {Name(caller.Role)}, expected {Name(needed)}");
    }

    private Task RefuseAsync(HttpContext context, bool isWrong)
    {
        context.Response.Headers.WWWAuthenticate = isWrong ? "Bearer error=\"invalid_token\"" : "Bearer";
        if (!isWrong)
        {
            return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "the token is missing, expected a header 'Authorization: Bearer …'");
        }

        IPAddress? address = context.Connection.RemoteIpAddress;
        if (_failures.TryCount(address))
        {
            Log.TokenRefused(logger, address);
            return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "the token is unknown, expected one of Http:Tokens");
        }

        context.Response.Headers.RetryAfter = ((int)FailureLimit.Refill.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, "too many unknown tokens came from this address, expected one of Http:Tokens");
    }

    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } text] && text.Length <= Scheme.Length + MaxToken && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? text[Scheme.Length..].Trim() : null;

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    private static string Name(AccessRole role) => ValueText.JsonName(role.ToString());
}
