using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>Who makes a request.</summary>
/// <param name="Name">The token's name; empty for somebody on this machine where no tokens are configured.</param>
/// <param name="Role">What they may do.</param>
internal sealed record Caller(string Name, AccessRole Role)
{
    /// <summary>Somebody on this machine, while there are no tokens.</summary>
    public static Caller Local { get; } = new("", AccessRole.Admin);

    /// <summary>Who made the request; null before they showed a token.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
