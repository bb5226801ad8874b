namespace Thrum.Ingest.Mqtt;

/// <summary>What outlives a connection: the message counter, acknowledgements owed, QoS 2 identifiers held, the last fault.</summary>
internal sealed class SessionState
{
    // Bit per packet identifier whose QoS 2 message was taken and not yet released by the broker.
    private readonly ulong[] _held = new ulong[65536 / 64];
    private long _bytes;
    private long _oversized;
    private ulong _sequence;
    private ulong _requestedThrough;
    private string? _lastFault;
    private MqttServer _server;

    public AckQueue Acks { get; } = new();

    /// <summary>Number of the message taken last.</summary>
    public ulong Sequence => Volatile.Read(ref _sequence);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Oversized => Volatile.Read(ref _oversized);

    public string? LastFault
    {
        get => Volatile.Read(ref _lastFault);
        set => Volatile.Write(ref _lastFault, value);
    }

    /// <summary>The highest sequence number that the handler has asked to acknowledge.</summary>
    public ulong RequestedThrough => Volatile.Read(ref _requestedThrough);

    /// <summary>True when the broker that serves knows this process's subscriptions for as long as it keeps the session.</summary>
    public bool IsSubscribed { get; private set; }

    /// <summary>True when its session holds no filter besides those subscribed, as far as is known.</summary>
    public bool IsTidy { get; set; }

    /// <summary>The broker answered SUBSCRIBE; <paramref name="fault"/> names a filter it refused.</summary>
    public void OnSubscribed(string? fault)
    {
        IsSubscribed = fault is null;
        LastFault = fault;
    }

    /// <summary>A connection stands. Another broker may keep a session of its own: what was said to the one before counts no more.</summary>
    public void OnConnected(bool sessionPresent, MqttServer server)
    {
        Acks.Clear();
        LastFault = null;
        if (!sessionPresent || server != _server)
        {
            Array.Clear(_held);
            IsSubscribed = IsTidy = false;
        }

        _server = server;
    }

    public void Count(int bytes, bool isOversized)
    {
        Volatile.Write(ref _sequence, _sequence + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
        if (isOversized)
        {
            Volatile.Write(ref _oversized, _oversized + 1);
        }
    }

    public bool IsHeld(ushort packetId) => (_held[packetId / 64] & (1UL << (packetId % 64))) != 0;

    public void Hold(ushort packetId) => _held[packetId / 64] |= 1UL << (packetId % 64);

    public void Release(ushort packetId) => _held[packetId / 64] &= ~(1UL << (packetId % 64));

    /// <summary>Remembers a request, since it may come before the message stands in the queue of acknowledgements.</summary>
    public void Request(ulong through)
    {
        ulong seen = RequestedThrough;
        while (through > seen)
        {
            ulong before = Interlocked.CompareExchange(ref _requestedThrough, through, seen);
            seen = before == seen ? through : before;
        }
    }

    /// <summary>Sends PUBACK and PUBREC for everything up to a sequence number, in the order of receipt, in one write.</summary>
    public ValueTask AcknowledgeThroughAsync(MqttConnection connection, ulong sequence)
    {
        lock (connection.Outbound.Gate)
        {
            if (Acks.Release(sequence, connection.Outbound.Filling) == 0)
            {
                return ValueTask.CompletedTask;
            }
        }

        return connection.FlushAsync();
    }
}
