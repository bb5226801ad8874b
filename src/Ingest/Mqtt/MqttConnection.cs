using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// One established connection: packets in, packets out, and the clock of what was heard. One caller reads; writing is shared.
/// I/O errors come out as <see cref="MqttException"/>.
/// </summary>
internal sealed class MqttConnection : IAsyncDisposable
{
    // One read takes up to this much: 60 messages of 4 kB a wake-up. It fits the second-level cache with the batch it is decoded to.
    private const int ReadBytes = 256 * 1024;

    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly TimeProvider _time;

    // Never disposed, which would free nothing: others may abort a connection at the moment it ends by itself.
    private readonly CancellationTokenSource _lifetime = new();
    private string? _abortReason;
    private long _lastHeard;
    private bool _isPaused;

    public MqttConnection(Stream stream, TimeProvider time, MqttProtocol protocol, int maxBodyBytes)
    {
        _stream = stream;
        _time = time;
        Protocol = protocol;
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(new ReceiveBuffers(ReadBytes), ReadBytes, minimumReadSize: ReadBytes / 8, leaveOpen: true));
        Frames = new FrameSource(_reader, maxBodyBytes);
        Outbound = new Outbound(stream, time);
        _lastHeard = time.GetTimestamp();
    }

    public MqttProtocol Protocol { get; }

    /// <summary>The broker at the other end; not known for connections that were accepted.</summary>
    public MqttServer Server { get; init; }

    public FrameSource Frames { get; }

    public Outbound Outbound { get; }

    public ConnAckPacket ConnAck { get; set; } = new();

    /// <summary>Cancelled when the connection is aborted.</summary>
    public CancellationToken Lifetime => _lifetime.Token;

    /// <summary>When bytes last came or reading went on after a pause, as a timestamp.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>True while the socket is deliberately not read.</summary>
    public bool IsPaused => Volatile.Read(ref _isPaused);

    public void Pause() => Volatile.Write(ref _isPaused, true);

    public void Resume()
    {
        Heard();
        Volatile.Write(ref _isPaused, false);
    }

    /// <summary>Reads more; false: the peer closed.</summary>
    /// <exception cref="MqttException">The connection broke or was aborted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        try
        {
            bool more = await Frames.FillAsync(ct);
            Heard();
            return more;
        }
        catch (Exception e) when (IsBroken(e) || (e is OperationCanceledException && _lifetime.IsCancellationRequested))
        {
            throw Fault(e);
        }
    }

    /// <summary>Writes what is encoded.</summary>
    /// <exception cref="MqttException">The connection broke or was aborted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync()
    {
        try
        {
            await Outbound.FlushAsync(_lifetime.Token);
        }
        catch (Exception e) when (IsBroken(e) || e is OperationCanceledException)
        {
            throw Fault(e);
        }
    }

    /// <summary>Writes what is encoded, if the connection still takes it: for last words.</summary>
    public async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync();
        }
        catch (MqttException)
        {
            // It is being closed anyway.
        }
    }

    /// <summary>Ends the connection from another thread, unless it has ended; reads and writes under way fail with the reason.</summary>
    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        _lifetime.Cancel();
        _reader.CancelPendingRead();
    }

    /// <summary>The reason as an exception, ours before the operating system's.</summary>
    public MqttException Fault(Exception? cause) =>
        new(_abortReason ?? (cause is null ? "the peer closed the connection" : $"the connection broke: {Words(cause)}"), cause);

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        Frames.Dispose();
        await _reader.CompleteAsync();
        await _stream.DisposeAsync();
    }

    /// <summary>True for what a stream throws when the other side or the network is the cause, or after an abort.</summary>
    public static bool IsBroken(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or AuthenticationException or WebSocketException or HttpRequestException;

    private void Heard() => Volatile.Write(ref _lastHeard, _time.GetTimestamp());

    /// <summary>What went wrong, as its cause says it: TLS and WebSocket wrap the reason in general words.</summary>
    internal static string Words(Exception e) => e.InnerException switch
    {
        SocketException inner => inner.Message,
        AuthenticationException inner => Words(inner),
        { } inner when e is WebSocketException or HttpRequestException or AuthenticationException => $"{e.Message.TrimEnd('.')}: {Words(inner)}",
        _ => e.Message,
    };
}
