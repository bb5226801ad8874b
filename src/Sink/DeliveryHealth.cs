using Thrum.Sink.Http;

namespace Thrum.Sink;

/// <summary>What the circuit breaker of a destination lets through.</summary>
public enum DeliveryCircuit
{
    /// <summary>Attempts are made as they come.</summary>
    Closed,

    /// <summary>One attempt is under way that decides.</summary>
    HalfOpen,

    /// <summary>The destination is away: no attempt is made before the next is due.</summary>
    Open,
}

/// <summary>How a destination is doing. Thread-safe.</summary>
public sealed class DeliveryHealth
{
    private readonly PersistentDelivery _delivery;
    private readonly Func<TimeSpan> _oldest;
    private volatile bool _isGone;

    internal DeliveryHealth(string destination, PersistentDelivery delivery, Func<TimeSpan> oldest)
    {
        Destination = destination;
        _delivery = delivery;
        _oldest = oldest;
    }

    /// <summary>The destination's id.</summary>
    public string Destination { get; }

    /// <summary>What its circuit breaker lets through.</summary>
    public DeliveryCircuit Circuit => _delivery.Circuit;

    /// <summary>What the last attempt failed with, while attempts fail; otherwise null.</summary>
    public string? Fault => _delivery.Fault;

    /// <summary>True once a webhook's receiver has said that it is gone (410): nothing more is sent there.</summary>
    public bool IsGone
    {
        get => _isGone;
        internal set => _isGone = value;
    }

    /// <summary>How long the oldest that waits has waited; zero when nothing does.</summary>
    public TimeSpan OldestAge => _oldest();
}

/// <summary>Since when the oldest has waited. Written by one task, read by any.</summary>
/// <param name="time">The clock.</param>
internal sealed class OldestWaiting(TimeProvider time)
{
    private long _sinceTicks;

    /// <summary>Zero when nothing waits.</summary>
    public TimeSpan Age
    {
        get
        {
            long since = Volatile.Read(ref _sinceTicks);
            return since == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, time.GetUtcNow().UtcTicks - since));
        }
    }

    public void Since(DateTimeOffset moment) => Volatile.Write(ref _sinceTicks, moment.UtcTicks);

    public void None() => Volatile.Write(ref _sinceTicks, 0);
}
