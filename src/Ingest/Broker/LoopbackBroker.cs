using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Broker;

/// <summary>
/// A small MQTT broker inside the process, for demonstrations and tests: MQTT 3.1.1 and 5, QoS 0 and 1, wildcards, retained
/// messages, sessions in memory. Queues are bounded: a slow subscriber makes its publishers wait; only a kept session without a
/// connection loses messages when its queue is full, and <see cref="DroppedMessages"/> counts them. It has no wills, shared
/// subscriptions or keep-alive timeouts, and refuses to listen beyond loopback.
/// </summary>
public sealed class LoopbackBroker : IAsyncDisposable
{
    private readonly LoopbackBrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<MqttConnection, Task> _clients = new();
    private readonly ConcurrentDictionary<string, BrokerSession> _sessions = new();
    private readonly ConcurrentDictionary<string, BrokerMessage> _retained = new();
    private readonly Task _accepting;
    private long _received;
    private long _sent;
    private long _dropped;
    private int _assignedIds;

    /// <summary>Starts listening.</summary>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public LoopbackBroker(LoopbackBrokerOptions options, TimeProvider time, ILogger<LoopbackBroker> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IPAddress.IsLoopback(options.Address))
        {
            throw new ArgumentException($"the in-process broker has no security and listens on loopback only, not on {options.Address}", nameof(options));
        }

        _options = options;
        _time = time;
        _logger = logger;
        _listener = new TcpListener(options.Address, options.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Messages taken from publishers.</summary>
    public long ReceivedMessages => Interlocked.Read(ref _received);

    /// <summary>Messages sent to subscribers, repetitions included.</summary>
    public long SentMessages => Interlocked.Read(ref _sent);

    /// <summary>Messages that a subscriber will not get.</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>Connections open now.</summary>
    public int Clients => _clients.Count;

    /// <summary>Closes every connection and the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach ((MqttConnection connection, Task client) in _clients)
        {
            connection.Abort("the broker is closing");
            await client;
        }

        _stopping.Dispose();
        _listener.Dispose();
    }

    internal void CountSent(int messages) => Interlocked.Add(ref _sent, messages);

    /// <summary>Routes a message; waits where an attached subscriber's queue is full, but never for the publisher's own.</summary>
    internal async ValueTask PublishAsync(BrokerMessage message, bool retain, BrokerSession publisher)
    {
        Interlocked.Increment(ref _received);
        if (retain)
        {
            Retain(message);
        }

        foreach ((_, BrokerSession session) in _sessions)
        {
            if (session.Match(message.Topic) is { } qos)
            {
                await DeliverAsync(session, message, qos < message.Qos ? qos : message.Qos, isRetained: false, mayWait: session != publisher);
            }
        }
    }

    internal async ValueTask SendRetainedAsync(BrokerSession session, SubscribeWork work)
    {
        foreach (MqttSubscription subscription in work.Retained)
        {
            byte[] filter = Encoding.UTF8.GetBytes(subscription.Filter);
            foreach ((_, BrokerMessage message) in _retained)
            {
                if (TopicFilter.Matches(filter, message.Topic))
                {
                    MqttQos qos = subscription.Qos < message.Qos ? subscription.Qos : message.Qos;
                    await DeliverAsync(session, message, qos, isRetained: true, mayWait: false);
                }
            }
        }
    }

    private async ValueTask DeliverAsync(BrokerSession session, BrokerMessage message, MqttQos qos, bool isRetained, bool mayWait)
    {
        Enqueued result = session.TryEnqueue(message, qos, isRetained, out Task? room);
        while (result == Enqueued.Full && mayWait)
        {
            await room!.WaitAsync(_stopping.Token);
            result = session.TryEnqueue(message, qos, isRetained, out room);
        }

        // A client that fills its own queue would wait for itself.
        if (result != Enqueued.Taken && Interlocked.Increment(ref _dropped) == 1)
        {
            Log.BrokerMessagesDropped(_logger, session.ClientId);
        }
    }

    private void Retain(BrokerMessage message)
    {
        string topic = Encoding.UTF8.GetString(message.Topic);
        if (message.Payload.Length == 0)
        {
            _retained.TryRemove(topic, out _);
        }
        else if (_retained.Count < _options.MaxRetained || _retained.ContainsKey(topic))
        {
            _retained[topic] = message;
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                socket.NoDelay = true;
                var connection = new MqttConnection(
                    new NetworkStream(socket, ownsSocket: true), _time, MqttProtocol.V5, _options.MaxMessageBytes);
                // The client may end before it is entered: it waits for the go.
                var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _clients[connection] = ServeAsync(connection, entered.Task);
                entered.SetResult();
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopping, or a client that hung up before it was accepted.
            }
        }
    }

    private async Task ServeAsync(MqttConnection connection, Task entered)
    {
        await entered;
        BrokerSession? session = null;
        try
        {
            if (await ReadConnectAsync(connection) is { } request && await AdmitAsync(connection, request))
            {
                session = await OpenSessionAsync(connection, request);
                string reason = await new BrokerClient(this, connection, session, request).RunAsync();
                Log.BrokerClientEnded(_logger, session.ClientId, reason);
            }
        }
        catch (MqttException e)
        {
            Log.BrokerClientEnded(_logger, session?.ClientId ?? "(not yet known)", e.Message);
        }
        catch (OperationCanceledException)
        {
            // The broker is closing.
        }
        finally
        {
            if (session is { IsKept: false, Client: null })
            {
                _sessions.TryRemove(KeyValuePair.Create(session.ClientId, session));
            }

            await connection.DisposeAsync();
            _clients.TryRemove(connection, out _);
        }
    }

    private static async Task<ConnectPacket?> ReadConnectAsync(MqttConnection connection)
    {
        ConnectPacket? request;
        while (!TryReadConnect(connection, out request))
        {
            if (!await connection.FillAsync(CancellationToken.None))
            {
                return null;
            }
        }

        return request;
    }

    private static bool TryReadConnect(MqttConnection connection, out ConnectPacket? request)
    {
        request = null;
        if (!connection.Frames.TryRead(out Frame frame))
        {
            return false;
        }

        request = frame is { Type: PacketType.Connect, IsOversized: false }
            ? ConnectPacket.Parse(frame.Body)
            : throw new MqttProtocolException($"{frame.Type} before CONNECT", ReasonCode.ProtocolError);
        return true;
    }

    private async Task<bool> AdmitAsync(MqttConnection connection, ConnectPacket request)
    {
        ReasonCode code = ReasonCode.Success;
        if (_options.User is not null
            && (request.User != _options.User || !Encoding.UTF8.GetBytes(_options.Password ?? "").AsSpan().SequenceEqual(request.Password)))
        {
            code = request.User is null ? ReasonCode.NotAuthorized : ReasonCode.BadUserNameOrPassword;
        }

        if (code != ReasonCode.Success)
        {
            await AnswerAsync(connection, request, new ConnAckPacket { Code = (int)code });
            return false;
        }

        return true;
    }

    private async Task<BrokerSession> OpenSessionAsync(MqttConnection connection, ConnectPacket request)
    {
        bool isAssigned = request.ClientId.Length == 0;
        string id = isAssigned ? FormattableString.Invariant($"auto-{Interlocked.Increment(ref _assignedIds)}") : request.ClientId;
        _sessions.TryGetValue(id, out BrokerSession? known);
        known?.Client?.TakeOver();
        bool isPresent = known is { IsKept: true } && !request.CleanStart;
        BrokerSession session = isPresent ? known! : new BrokerSession(id, _options.MaxQueuedMessages, _options.MaxQueuedBytes);
        session.IsKept = _options.KeepSessions && (request.Protocol == MqttProtocol.V5 ? request.SessionExpirySeconds > 0 : !request.CleanStart);
        _sessions[id] = session;
        await AnswerAsync(connection, request, new ConnAckPacket
        {
            SessionPresent = isPresent,
            MaximumQos = 1,
            MaximumPacketBytes = (uint)_options.MaxMessageBytes,
            AssignedClientId = isAssigned ? id : null,
        });
        return session;
    }

    private static async Task AnswerAsync(MqttConnection connection, ConnectPacket request, ConnAckPacket answer)
    {
        lock (connection.Outbound.Gate)
        {
            answer.Write(connection.Outbound.Filling, request.Protocol);
        }

        await connection.FlushAsync();
    }
}
