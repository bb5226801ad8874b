namespace Thrum.Sink.Store;

/// <summary>A body that waits for its destination.</summary>
/// <param name="Sequence">Its place in the destination's order.</param>
/// <param name="Points">Points or events inside.</param>
/// <param name="Identity">The id under which the destination knows it; empty when the points identify themselves.</param>
/// <param name="Body">What is sent.</param>
/// <param name="Created">When it was put there.</param>
internal sealed record OutboxRow(long Sequence, int Points, string Identity, byte[] Body, DateTimeOffset Created);

/// <summary>A body on its way into the outbox; its bytes must stay until the call that stores it has returned.</summary>
internal readonly record struct OutboxBody(ReadOnlyMemory<byte> Body, int Points, string Identity);
