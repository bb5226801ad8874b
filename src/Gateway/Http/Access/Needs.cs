using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>Marks an endpoint that asks for more than its method does.</summary>
/// <param name="Role">The least role.</param>
internal sealed record Needs(AccessRole Role)
{
    public static Needs Operator { get; } = new(AccessRole.Operator);

    public static Needs Admin { get; } = new(AccessRole.Admin);

    /// <summary>What a request needs: what its endpoint is marked with, else a viewer for GET and an operator for everything else.</summary>
    public static AccessRole Of(EndpointMetadataCollection metadata, string method) =>
        metadata.GetMetadata<Needs>()?.Role ?? (HttpMethods.IsGet(method) ? AccessRole.Viewer : AccessRole.Operator);
}
