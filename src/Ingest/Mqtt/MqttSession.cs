using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>Where a session stands.</summary>
public enum MqttSessionStatus
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>No connection; trying, or waiting to try again: see <see cref="MqttSession.LastFault"/>.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Connected,
}

/// <summary>
/// Receives from one broker for as long as it runs: connects, subscribes, reads, acknowledges, and connects again after every
/// fault. One <see cref="RunAsync"/> at a time; the properties may be read from anywhere.
/// </summary>
public sealed class MqttSession
{
    private readonly MqttSessionOptions _options;
    private readonly MqttConnector _connector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionState _state = new();
    private MqttConnection? _connection;
    private string? _saidFault;
    private int _status;
    private int _connections;

    /// <summary>A session that has not started.</summary>
    /// <exception cref="ArgumentException">The options are faulty; the message holds every fault.</exception>
    public MqttSession(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger)
        : this(options, time, logger, new NetworkTransport(options ?? throw new ArgumentNullException(nameof(options))))
    {
    }

    internal MqttSession(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger, IMqttTransport transport)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        _options = options;
        _connector = new MqttConnector(options, transport, time);
        _time = time;
        _logger = logger;
    }

    /// <summary>Where the session stands.</summary>
    public MqttSessionStatus Status => (MqttSessionStatus)Volatile.Read(ref _status);

    /// <summary>True once the broker has granted every subscription of the present connection or kept session.</summary>
    public bool IsSubscribed => Status == MqttSessionStatus.Connected && _state.IsSubscribed;

    /// <summary>Why there is no connection, or which subscription the broker refused; null when all is well.</summary>
    public string? LastFault => _state.LastFault;

    /// <summary>The version agreed on; null while not connected.</summary>
    public MqttProtocol? Protocol => Volatile.Read(ref _connection)?.Protocol;

    /// <summary>The broker that serves, or that is tried first.</summary>
    public MqttServer Server => _connector.Server;

    /// <summary>Messages taken, oversized ones included.</summary>
    public long ReceivedMessages => (long)_state.Sequence;

    /// <summary>Bytes of the messages taken, after their fixed headers.</summary>
    public long ReceivedBytes => _state.Bytes;

    /// <summary>Messages skipped for their length.</summary>
    public long OversizedMessages => _state.Oversized;

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>QoS 1 and 2 messages taken and not yet acknowledged.</summary>
    public int Unacknowledged => _state.Acks.Count;

    /// <summary>
    /// Receives until <paramref name="stopping"/> is cancelled, then lets the running flush end (at most
    /// <see cref="MqttSessionOptions.StopGrace"/>), sends what acknowledgements are due, disconnects and returns. Faults of the
    /// network or broker never end it; an exception of the handler does, and comes out of here.
    /// </summary>
    public async Task RunAsync(IMessageHandler handler, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(handler);
        using var hard = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using CancellationTokenRegistration register = stopping.Register(() => hard.CancelAfter(_options.StopGrace));
        ResiliencePipeline pipeline = ReconnectPolicy.Build(_options, _time);
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connecting);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await pipeline.ExecuteAsync(
                    static (run, ct) => run.Self.ConnectAndReceiveAsync(run.Handler, ct, run.Hard),
                    (Self: this, Handler: handler, Hard: hard.Token),
                    stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            Volatile.Write(ref _status, (int)MqttSessionStatus.Stopped);
        }
    }

    /// <summary>
    /// With <see cref="MqttSessionOptions.AcknowledgeAfterFlush"/> false: everything up to this <see cref="PublishView.Sequence"/> is
    /// safe, acknowledge it. May be called from any thread, also with numbers of connections that are gone: their messages come again.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AcknowledgeThroughAsync(ulong sequence)
    {
        _state.Request(sequence);
        if (Volatile.Read(ref _connection) is { } connection)
        {
            try
            {
                await _state.AcknowledgeThroughAsync(connection, sequence);
            }
            catch (MqttException)
            {
                // The reader notices the same fault and connects again; the broker will send those messages again.
            }
        }
    }

    private async ValueTask ConnectAndReceiveAsync(IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        long connectedAt = 0;
        try
        {
            await using MqttConnection connection = await _connector.ConnectAsync(_connections == 0, stopping);
            connectedAt = _time.GetTimestamp();
            await ServeAsync(connection, handler, stopping, hard);
        }
        catch (MqttException e)
        {
            if (e is MqttRedirectException redirect)
            {
                _connector.Redirect(redirect);
            }

            bool wasStable = connectedAt != 0 && _time.GetElapsedTime(connectedAt) >= _options.StableAfter;
            _saidFault = wasStable ? null : _saidFault;
            OnFault(e.Message, handler);
            if (!wasStable)
            {
                throw;
            }
        }
        finally
        {
            Volatile.Write(ref _connection, null);
        }
    }

    private async Task ServeAsync(MqttConnection connection, IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        bool sessionPresent = connection.ConnAck.SessionPresent;
        _state.OnConnected(sessionPresent);
        Volatile.Write(ref _connection, connection);
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connected);
        int count = Interlocked.Increment(ref _connections);
        Log.MqttConnected(_logger, connection.Server.Host, connection.Server.Port, connection.Protocol, sessionPresent);
        handler.OnConnected(new MqttConnected(sessionPresent, connection.Protocol, count));

        TimeSpan interval = connection.ConnAck.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.KeepAlive;
        Task keepAlive = new KeepAlive(connection, interval, _time).RunAsync(connection.Lifetime);
        var loop = new ReceiveLoop(connection, handler, _state, _options, _logger);
        try
        {
            await Announcement.SayAsync(connection, _options.Will, isOnline: true);
            if (!_state.IsSubscribed)
            {
                await loop.SubscribeAsync();
            }

            await loop.RunAsync(stopping, hard);
        }
        catch (MqttProtocolException e)
        {
            await SayGoodbyeAsync(connection, e.Reason);
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await AwaitAcknowledgementsAsync(hard);
            await Announcement.SayAsync(connection, _options.Will, isOnline: false);
            await SayGoodbyeAsync(connection, ReasonCode.Success);
            throw;
        }
        finally
        {
            connection.Abort("the session has ended");
            await keepAlive;
        }
    }

    /// <summary>With late acknowledgement, the pipeline behind still works on what it has: give it the grace to finish.</summary>
    private async Task AwaitAcknowledgementsAsync(CancellationToken hard)
    {
        if (_options.AcknowledgeAfterFlush)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), _time);
        try
        {
            while (_state.Acks.Count > 0)
            {
                await timer.WaitForNextTickAsync(hard);
            }
        }
        catch (OperationCanceledException)
        {
            // Unacknowledged messages come again at the next start.
        }
    }

    private static async Task SayGoodbyeAsync(MqttConnection connection, ReasonCode reason)
    {
        lock (connection.Outbound.Gate)
        {
            ControlPacket.WriteDisconnect(connection.Outbound.Filling, connection.Protocol, reason);
        }

        await connection.TryFlushAsync();
    }

    private void OnFault(string reason, IMessageHandler handler)
    {
        _state.LastFault = reason;
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connecting);
        // Once per episode, and again when the reason changes.
        if (_saidFault != reason)
        {
            _saidFault = reason;
            Log.MqttDisconnected(_logger, _connector.Server.Host, _connector.Server.Port, reason);
        }

        handler.OnDisconnected(reason);
    }
}
