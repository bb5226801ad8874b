namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Packet identifiers of QoS 1 messages on their way. Guarded by the owner's lock. Waiters are woken when half of the window is
/// free, so that a publisher at full speed fills the window in runs instead of message by message.
/// </summary>
internal sealed class PublishWindow(int size)
{
    private readonly ulong[] _inFlight = new ulong[65536 / 64];
    private ushort _next;
    private int _count;
    private long _unheard;
    private int _refusedCode;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _empty;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Messages that nobody was subscribed to, as far as the broker tells.</summary>
    public long Unheard => Volatile.Read(ref _unheard);

    public bool IsFull => _count >= size;

    /// <summary>The next free identifier; the window must not be full.</summary>
    public ushort TakeLocked()
    {
        do
        {
            _next = _next == ushort.MaxValue ? (ushort)1 : (ushort)(_next + 1);
        }
        while ((_inFlight[_next / 64] & (1UL << (_next % 64))) != 0);

        _inFlight[_next / 64] |= 1UL << (_next % 64);
        _count++;
        return _next;
    }

    /// <summary>An acknowledgement has come; an unknown identifier is ignored [MQTT 5.0, 4.13.1].</summary>
    public void ReleaseLocked(ushort id, int code)
    {
        ulong bit = 1UL << (id % 64);
        if ((_inFlight[id / 64] & bit) == 0)
        {
            return;
        }

        _inFlight[id / 64] &= ~bit;
        _count--;
        _unheard += code == (int)ReasonCode.NoMatchingSubscribers ? 1 : 0;
        _refusedCode = code >= 0x80 && _refusedCode == 0 ? code : _refusedCode;
    }

    /// <summary>Throws, once, when the broker has refused a message since the last call.</summary>
    /// <exception cref="MqttException">It has; the message says why.</exception>
    public void ThrowIfRefused()
    {
        (int code, _refusedCode) = (_refusedCode, 0);
        if (code != 0)
        {
            throw new MqttException($"the broker refused a message: {ReasonText.Of(code)}");
        }
    }

    public Task RoomLocked() => (_room ??= NewSource()).Task;

    public Task EmptyLocked() => (_empty ??= NewSource()).Task;

    /// <summary>Wakes those who have what they waited for.</summary>
    public void WakeLocked()
    {
        if (_room is not null && _count <= size / 2)
        {
            _room.SetResult();
            _room = null;
        }

        if (_empty is not null && _count == 0)
        {
            _empty.SetResult();
            _empty = null;
        }
    }

    /// <summary>Wakes everybody: the connection is gone.</summary>
    public void WakeAllLocked()
    {
        _room?.SetResult();
        _empty?.SetResult();
        _room = _empty = null;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
