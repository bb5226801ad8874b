using System.Runtime.CompilerServices;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// The writing half of a connection. Callers encode into <see cref="Filling"/> under <see cref="Gate"/> and then flush; whoever
/// flushes first writes for all, so that packets of many callers leave in one write.
/// </summary>
internal sealed class Outbound(Stream stream, TimeProvider time)
{
    private PacketBuffer _filling = new();
    private PacketBuffer _writing = new();
    private TaskCompletionSource? _roomWaiter;
    private TaskCompletionSource? _idleWaiter;
    private bool _isWriting;
    private long _lastWrite = time.GetTimestamp();

    public Lock Gate { get; } = new();

    /// <summary>Takes packets while <see cref="Gate"/> is held.</summary>
    public PacketBuffer Filling => _filling;

    /// <summary>When a write last ended, as a timestamp of the time provider.</summary>
    public long LastWrite => Volatile.Read(ref _lastWrite);

    /// <summary>Writes what is encoded; returns at once when another caller is writing, who then takes ours along.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        while (TryBeginWrite())
        {
            bool isWritten = false;
            try
            {
                await stream.WriteAsync(_writing.WrittenMemory, ct);
                Volatile.Write(ref _lastWrite, time.GetTimestamp());
                isWritten = true;
            }
            finally
            {
                EndWrite(isWritten);
            }
        }
    }

    /// <summary>Completes when the buffer being filled has been taken by a writer; the caller holds <see cref="Gate"/>.</summary>
    public Task RoomLocked() =>
        (_roomWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>True when nothing is left to write.</summary>
    public bool IsIdleLocked => !_isWriting && _filling.Count == 0;

    /// <summary>Completes when a write has ended; the caller holds <see cref="Gate"/>.</summary>
    public Task IdleLocked() =>
        (_idleWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Wakes all who wait: the connection is gone.</summary>
    public void WakeAllLocked()
    {
        _roomWaiter?.SetResult();
        _idleWaiter?.SetResult();
        _roomWaiter = _idleWaiter = null;
    }

    private bool TryBeginWrite()
    {
        TaskCompletionSource? waiter;
        lock (Gate)
        {
            if (_isWriting || _filling.Count == 0)
            {
                return false;
            }

            _isWriting = true;
            (_filling, _writing) = (_writing, _filling);
            (waiter, _roomWaiter) = (_roomWaiter, null);
        }

        waiter?.SetResult();
        return true;
    }

    private void EndWrite(bool isWritten)
    {
        lock (Gate)
        {
            _writing.Reset();
            // After a failed write the role is never given back: half a packet may be out, nothing may follow it.
            _isWriting = !isWritten;
            _idleWaiter?.SetResult();
            _idleWaiter = null;
        }
    }
}
