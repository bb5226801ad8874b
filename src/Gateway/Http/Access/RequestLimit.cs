using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// How many requests a token, or an address without one, may make: <see cref="HttpOptions.RequestsPerSecond"/>, and some seconds' worth at once. An event stream is one request.
/// </summary>
internal sealed class RequestLimit(HttpOptions options) : IDisposable
{
    private const int BurstSeconds = 5;

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetTokenBucketLimiter(KeyOf(context), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = BurstSeconds * options.RequestsPerSecond,
            TokensPerPeriod = options.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.RetryAfter = "1";
        await Problems.WriteAsync(
            context, StatusCodes.Status429TooManyRequests,
            string.Create(CultureInfo.InvariantCulture, $"too many requests, expected at most Http:RequestsPerSecond ({options.RequestsPerSecond})")).ConfigureAwait(false);
    }

    public void Dispose() => _limiter.Dispose();

    private static string KeyOf(HttpContext context) => Caller.Of(context) is { Name.Length: > 0 } caller
        ? "token " + caller.Name
        : "address " + (context.Connection.RemoteIpAddress is { } address ? FailureLimit.Group(address) : IPAddress.None);
}
