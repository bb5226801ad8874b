using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using Thrum.Detector.Samples;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// Waits for room in a full channel without allocating. A channel reuses its waiter only for waits that cannot be cancelled; so it is
/// asked without a token, and the token is watched here. <c>WriteAsync</c>, which could be cancelled, would allocate 130 bytes for each flush
/// that finds the channel full, which at saturation is every one; nothing may be allocated per message then. One wait at a time.
/// </summary>
internal sealed class RoomWaiter : IValueTaskSource<bool>
{
    private readonly Action _onRoom;
    private ManualResetValueTaskSourceCore<bool> _outcome;
    private ValueTaskAwaiter<bool> _room;
    private CancellationTokenRegistration _registration;
    private int _isDecided;
    private bool _isAbandoned;

    public RoomWaiter() => _onRoom = OnRoom;

    /// <summary>True: there may be room now. False: the channel is complete.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ChannelClosedException">The channel was completed with a fault, which is within, as in that of <c>WriteAsync</c>.</exception>
    public ValueTask<bool> WaitAsync(ChannelWriter<SampleBatch> channel, CancellationToken ct)
    {
        // After a cancelled wait the channel may still call back for it.
#pragma warning disable CA2012 // Awaited by hand: its result is taken once, by OnRoom.
        ValueTask<bool> room = channel.WaitToWriteAsync(_isAbandoned ? ct : CancellationToken.None);
#pragma warning restore CA2012
        if (room.IsCompletedSuccessfully)
        {
            return room;
        }

        if (room.IsCompleted || _isAbandoned)
        {
            return WrappedAsync(room);
        }

        _outcome.Reset();
        _isDecided = 0;
        _room = room.GetAwaiter();
        var wait = new ValueTask<bool>(this, _outcome.Version);
        _registration = ct.UnsafeRegister(static (waiter, token) => ((RoomWaiter)waiter!).OnCancelled(token), this);
        _room.UnsafeOnCompleted(_onRoom);
        return wait;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _outcome.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _outcome.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    // Runs on a thread of the pool, as the channel's continuations do; so does what waits here.
    private void OnRoom()
    {
        if (Interlocked.Exchange(ref _isDecided, 1) != 0)
        {
            return;
        }

        _registration.Dispose();
        try
        {
            _outcome.SetResult(_room.GetResult());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The fault the channel was completed with.
            _outcome.SetException(new ChannelClosedException(e));
        }
    }

    private static async ValueTask<bool> WrappedAsync(ValueTask<bool> room)
    {
        try
        {
            return await room.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new ChannelClosedException(e);
        }
    }

    private void OnCancelled(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0)
        {
            _isAbandoned = true;
            // Not on the thread that cancels.
            _outcome.RunContinuationsAsynchronously = true;
            _outcome.SetException(new OperationCanceledException(token));
        }
    }
}
