using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>Thrum's own client: messages are handed over straight from the socket's buffer.</summary>
public sealed class MqttSession : IMqttSession
{
    private readonly MqttSessionOptions _options;
    private readonly MqttConnector _connector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionState _state = new();
    private readonly Subscriptions _subscriptions;
    private readonly ConnectionLoop _loop;
    private MqttConnection? _connection;

    /// <summary>A session that has not started.</summary>
    /// <param name="options">How to reach the broker and what to receive.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where connections and faults are told.</param>
    /// <param name="record">Remembers what a lasting session holds; null: filters of earlier runs stay subscribed.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message holds every fault.</exception>
    public MqttSession(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger, ISubscriptionRecord? record = null)
        : this(options, time, logger, new NetworkTransport(options ?? throw new ArgumentNullException(nameof(options)), time), record)
    {
    }

    internal MqttSession(MqttSessionOptions options, TimeProvider time, ILogger<MqttSession> logger, IMqttTransport transport, ISubscriptionRecord? record = null)
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
        _subscriptions = new Subscriptions(options, record, _state, logger);
        _loop = new ConnectionLoop(options, _state, () => _connector.Server, time, logger);
    }

    /// <inheritdoc/>
    public MqttSessionStatus Status => _loop.Status;

    /// <inheritdoc/>
    public bool IsSubscribed => Status == MqttSessionStatus.Connected && _state.IsSubscribed;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public int Connections => _loop.Connections;

    /// <summary>QoS 1 and 2 messages taken and not yet acknowledged.</summary>
    public int Unacknowledged => _state.Acks.Count;

    /// <inheritdoc/>
    public Task RunAsync(IMessageHandler handler, CancellationToken stopping) => _loop.RunAsync(handler, ConnectAndReceiveAsync, stopping);

    /// <inheritdoc/>
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

    private async Task ConnectAndReceiveAsync(IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        try
        {
            await using MqttConnection connection = await _connector.ConnectAsync(Connections == 0, stopping);
            await ServeAsync(connection, handler, stopping, hard);
        }
        catch (MqttRedirectException redirect)
        {
            _connector.Redirect(redirect);
            throw;
        }
        finally
        {
            Volatile.Write(ref _connection, null);
        }
    }

    private async Task ServeAsync(MqttConnection connection, IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        // What was owed is forgotten before anybody can acknowledge on this connection.
        _state.OnConnected(connection.ConnAck.SessionPresent, _connector.Server);
        Volatile.Write(ref _connection, connection);
        _loop.OnConnected(handler, connection.Protocol, connection.ConnAck.SessionPresent);
        TimeSpan interval = connection.ConnAck.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.KeepAlive;
        Task keepAlive = new KeepAlive(connection, interval, _time).RunAsync(connection.Lifetime);
        var loop = new ReceiveLoop(connection, handler, _state, _subscriptions, _options, _logger);
        try
        {
            await Announcement.SayAsync(connection, _options.Will, isOnline: true);
            if (!_state.IsSubscribed || !_state.IsTidy)
            {
                await loop.SubscribeAsync(stopping);
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
}
