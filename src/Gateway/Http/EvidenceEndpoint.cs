using Thrum.Detector.Evidence;

namespace Thrum.Gateway.Http;

/// <summary>Why an alarm was raised.</summary>
internal static class EvidenceEndpoint
{
    /// <summary>
    /// <c>GET /api/v1/alarms/{id}/evidence</c>: the evidence of a transition. <c>GET /api/v1/alarms/{id}/waveform?format=json|wav|npy</c>: its samples.
    /// 404 where there is none, or no longer.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, IEvidenceStore store)
    {
        routes.MapGet("/api/v1/alarms/{id:guid}/evidence", async (Guid id, CancellationToken ct) =>
            await store.FindAsync(id, ct).ConfigureAwait(false) is { } evidence ? Results.Json(evidence, EvidenceJson.Options) : Missing(id))
            .Produces<AlarmEvidence>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/alarms/{id:guid}/waveform", async (Guid id, string? format, CancellationToken ct) =>
            await store.FindAsync(id, ct).ConfigureAwait(false) is { } evidence
                ? SampleFile.Of(format, $"{evidence.Machine}-{evidence.Sensor}-{evidence.Axis}-{id}", evidence.Waveform.Values, 1 / evidence.Waveform.Step, evidence.Waveform)
                : Missing(id))
            .Produces<EvidenceCurve>().Produces<byte[]>(contentType: "audio/wav").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Missing(Guid id) => Results.Problem(
        $"there is no evidence for {id}: it was no alarm that was raised, its axis had no full buffer, or it is past its retention", statusCode: StatusCodes.Status404NotFound);
}
