namespace Thrum.Gateway.Http.Access;

/// <summary>Marks an endpoint that tells nothing of the machines and needs no token. Without the mark, GET needs a viewer and all else an operator.</summary>
internal sealed class OpenAccess
{
    public static OpenAccess Mark { get; } = new();
}
