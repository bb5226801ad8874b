using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http.Access;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>What the gateway keeps on its own disk.</summary>
internal static class StorageEndpoints
{
    /// <summary>
    /// <c>GET /api/v1/storage</c>: store, journal and outboxes. <c>GET /api/v1/dead-letters?kind=…&amp;limit=…&amp;before=…</c>: what could not be decoded, without its payload;
    /// <c>GET /api/v1/dead-letters/{id}</c>: with it. <c>GET /api/v1/audit?limit=…&amp;before=…</c>: what people did.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, LocalStore store, GatewayStatus status)
    {
        var pages = new StorePages(store);
        var audit = new AuditTrail(store);
        routes.MapGet("/api/v1/storage", async (CancellationToken ct) =>
            Results.Json(StorageView.Of(store, status.Storage?.Journal, await pages.OutboxesAsync(ct).ConfigureAwait(false)))).Produces<StorageView>();
        routes.MapGet("/api/v1/dead-letters", async (HttpContext context, string? kind, int? limit, long? before) =>
            Paging.Fault(limit) ?? Paging.Page(
                context, [.. (await pages.DeadLettersAsync(kind, before, limit ?? Paging.UsualPerPage, context.RequestAborted).ConfigureAwait(false)).Select(letter => DeadLetterView.Of(letter, withPayload: false))],
                limit ?? Paging.UsualPerPage, "before", letter => letter.Id))
            .Produces<IReadOnlyList<DeadLetterView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/v1/dead-letters/{id:long}", async (long id, CancellationToken ct) =>
            id < long.MaxValue && await pages.DeadLettersAsync(null, id + 1, 1, ct).ConfigureAwait(false) is [var letter] && letter.Id == id
                ? Results.Json(DeadLetterView.Of(letter, withPayload: true))
                : Results.Problem($"there is no dead letter {id}: it never was, or it made room for newer ones", statusCode: StatusCodes.Status404NotFound))
            .WithMetadata(Needs.Operator).Produces<DeadLetterView>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/v1/audit", async (HttpContext context, int? limit, long? before) =>
            Paging.Fault(limit) ?? Paging.Page(
                context, await audit.ReadAsync(before, limit ?? Paging.UsualPerPage, context.RequestAborted).ConfigureAwait(false), limit ?? Paging.UsualPerPage, "before", entry => entry.Id))
            .WithMetadata(Needs.Operator).Produces<IReadOnlyList<AuditEntry>>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    /// <summary><c>GET /api/v1/configuration</c>: every setting in force, secrets hidden.</summary>
    public static void MapConfiguration(IEndpointRouteBuilder routes, Func<ThrumOptions> options) => routes
        .MapGet("/api/v1/configuration", () => Results.Json(SettingsView.Of(options())))
        .WithMetadata(Needs.Admin).Produces<IReadOnlyDictionary<string, string?>>();
}

/// <summary>What the gateway keeps on its own disk, for the API.</summary>
/// <param name="Fault">Why the store cannot be written; null when it can.</param>
/// <param name="WrittenBytes">Bytes committed to the store since the start.</param>
/// <param name="Journal">The journal; null in memory mode.</param>
/// <param name="Outboxes">What waits for destinations that have something waiting.</param>
internal sealed record StorageView(string? Fault, long WrittenBytes, JournalView? Journal, IReadOnlyList<WaitingOutbox> Outboxes)
{
    public static StorageView Of(LocalStore store, JournalFile? journal, IReadOnlyList<WaitingOutbox> outboxes) => new(
        store.Fault, store.WrittenBytes, journal is null ? null : new JournalView(journal.Fault, journal.LastSequence, journal.Bytes, store.Options.JournalBytes, journal.WrittenBytes), outboxes);
}

/// <summary>The journal, for the API.</summary>
/// <param name="Fault">Why it cannot be written; null when it can.</param>
/// <param name="LastSequence">Number of its newest record.</param>
/// <param name="Bytes">Bytes of messages that it keeps.</param>
/// <param name="MostBytes">How many it may keep.</param>
/// <param name="WrittenBytes">Bytes committed to it since the start.</param>
internal sealed record JournalView(string? Fault, long LastSequence, long Bytes, long MostBytes, long WrittenBytes);

/// <summary>A message that could not be decoded, for the API.</summary>
internal sealed record DeadLetterView(
    long Id, DateTimeOffset Received, string Kind, string Source, string Reason, string Detail, string Properties, long Bytes, byte[]? Payload)
{
    public static DeadLetterView Of(StoredDeadLetter stored, bool withPayload) => new(
        stored.Id, UnixTime.ToDateTimeOffset(stored.Letter.ReceivedUnixNs), stored.Letter.Kind, stored.Letter.Source, stored.Reason,
        stored.Letter.Detail, stored.Letter.Properties, stored.Letter.Bytes, withPayload ? stored.Letter.Payload.ToArray() : null);
}
