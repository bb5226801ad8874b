using System.Net.Sockets;

namespace Thrum.Ingest.Mqtt.Transport;

/// <summary>
/// A socket that lets bytes gather while they come densely. A broker sends message by message, and waking the reader for each of
/// them costs both sides more processor time than the bytes do. While gathering, the kernel (SO_RCVLOWAT) wakes the reader
/// only once so many bytes have come or <see cref="PatienceMs"/> have passed, whichever is first. A wait in vain is
/// followed by a rest without gathering, twice as long each time, so that neither sparse traffic is delayed nor a broker
/// that waits for acknowledgements kept waiting. A system that cannot gather is read from as it is.
/// </summary>
internal sealed class GatheringStream : NetworkStream
{
    /// <summary>
    /// Where messages are acknowledged: acknowledgements go out together for all that was read, which spares the broker work too. More saves no more, and the bytes
    /// cool down in the cache.
    /// </summary>
    internal const int AcknowledgedBytes = 128 * 1024;

    /// <summary>Where they are not: a broker whose thread is the limit goes on at once while the socket takes what it has.</summary>
    internal const int UnacknowledgedBytes = 16 * 1024;

    /// <summary>The most by which gathering delays what has come.</summary>
    private const int PatienceMs = 2;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);
    private static readonly Lock WorkerGate = new();

    private readonly int _gatherBytes;
    private readonly TimeProvider _time;
    private readonly Action<Socket, int> _setLowWater;
    private bool _canGather = OperatingSystem.IsLinux();
    private TimeSpan _rest;
    private long _restingSince;
    private bool _isGathering;
    private bool _isDisposed;

    /// <param name="socket">A connected TCP socket; the stream owns it.</param>
    /// <param name="gatherBytes">See <see cref="AcknowledgedBytes"/> and <see cref="UnacknowledgedBytes"/>.</param>
    /// <param name="time">The clock of the rests.</param>
    /// <param name="setLowWater">Sets SO_RCVLOWAT; null to ask the system.</param>
    public GatheringStream(Socket socket, int gatherBytes, TimeProvider time, Action<Socket, int>? setLowWater = null)
        : base(socket, ownsSocket: true)
    {
        _gatherBytes = gatherBytes;
        _time = time;
        _setLowWater = setLowWater ?? (static (socket, bytes) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes));
        AddWorkers(1);
    }

    /// <summary>Waits in vain so far.</summary>
    internal int VainWaits { get; private set; }

    /// <summary>Waits that the bytes, or the end of the connection, have ended.</summary>
    internal int FullWaits { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_canGather && (_isGathering || _time.GetElapsedTime(_restingSince) >= _rest))
        {
            Gather();
        }

        return base.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            AddWorkers(-1);
        }

        base.Dispose(disposing);
    }

    private void Gather()
    {
        if (!TrySetGathering())
        {
            return;
        }

        if (Socket.Poll(PatienceMs * 1000, SelectMode.SelectRead))
        {
            FullWaits++;
            _rest = TimeSpan.Zero;
            return;
        }

        VainWaits++;
        _isGathering = false;
        _setLowWater(Socket, 1);
        _restingSince = _time.GetTimestamp();
        _rest = TimeSpan.FromTicks(Math.Clamp(2 * _rest.Ticks, ShortestRest.Ticks, LongestRest.Ticks));
    }

    /// <summary>False, from then on, on a system that refuses the option: a read is then as good as without it, and a broken connection shows in the read itself.</summary>
    private bool TrySetGathering()
    {
        if (_isGathering)
        {
            return true;
        }

        try
        {
            _setLowWater(Socket, _gatherBytes);
            _isGathering = true;
        }
        catch (SocketException)
        {
            _canGather = false;
        }

        return _isGathering;
    }

    // The wait holds a thread of the pool: as long as the stream lives, the pool may have one more before it hesitates.
    private static void AddWorkers(int count)
    {
        lock (WorkerGate)
        {
            ThreadPool.GetMinThreads(out int workers, out int ports);
            ThreadPool.SetMinThreads(workers + count, ports);
        }
    }
}
