using System.Threading.Channels;
using Thrum.Detector;
using Thrum.Detector.Durability;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Remembers in memory, lets tests wait for what is written, and fails when told to.</summary>
internal sealed class ListRecord : ISubscriptionRecord
{
    private readonly Channel<string> _written = Channel.CreateBounded<string>(100);

    public IReadOnlyList<HeldFilter> Held { get; set; } = [];

    public bool IsBroken { get; set; }

    public IEnumerable<string> At(string broker) => Held.Where(filter => filter.Broker == broker).Select(filter => filter.Filter).Order(StringComparer.Ordinal);

    public async Task Until(Func<ListRecord, bool> condition)
    {
        while (!condition(this))
        {
            await _written.Reader.ReadAsync().AsTask().InTime();
        }
    }

    public ValueTask<IReadOnlyList<HeldFilter>> ReadAsync(string clientId, CancellationToken cancellationToken) =>
        IsBroken ? throw new BrokenException() : ValueTask.FromResult(Held);

    public ValueTask WriteAsync(string clientId, string broker, IReadOnlyCollection<string> filters, CancellationToken cancellationToken)
    {
        Held = [.. Held.Where(filter => filter.Broker != broker), .. filters.Select(filter => new HeldFilter(broker, filter))];
        _written.Writer.TryWrite(broker);
        return ValueTask.CompletedTask;
    }

    private sealed class BrokenException() : ThrumException("the disk is gone");
}
