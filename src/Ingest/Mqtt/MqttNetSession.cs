using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Channel;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// The session by MQTTnet's client; compiled with <c>-p:ExternalAdapters=true</c> only. The same choice of brokers, transports and
/// pauses as <see cref="MqttSession"/>, and acknowledgement in the order of receipt. What differs: MQTTnet reads ahead into a queue of
/// its own, which only the receive maximum bounds (MQTT 5, QoS 1 and 2); it allocates for every message; it holds one whole before its
/// length is looked at; topic aliases are not offered to the broker; QoS 2 messages repeated before their release are handed over again.
/// </summary>
internal sealed class MqttNetSession : IMqttSession
{
    private readonly MqttSessionOptions _options;
    private readonly NetworkTransport _transport;
    private readonly ServerList _servers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionState _state = new();
    private readonly Subscriptions _subscriptions;
    private readonly ConnectionLoop _loop;
    private Link? _link;

    public MqttNetSession(MqttSessionOptions options, TimeProvider time, ILogger logger, ISubscriptionRecord? record)
    {
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        (_options, _time, _logger, _transport, _servers) = (options, time, logger, new NetworkTransport(options), new ServerList(options));
        _subscriptions = new Subscriptions(options, record, _state, logger);
        _loop = new ConnectionLoop(options, _state, () => _servers.Current, time, logger);
    }

    public MqttSessionStatus Status => _loop.Status;

    public bool IsSubscribed => Status == MqttSessionStatus.Connected && _state.IsSubscribed;

    public string? LastFault => _state.LastFault;

    public int Connections => _loop.Connections;

    public Task RunAsync(IMessageHandler handler, CancellationToken stopping) => _loop.RunAsync(handler, ConnectAndReceiveAsync, stopping);

    public ValueTask AcknowledgeThroughAsync(ulong sequence)
    {
        _state.Request(sequence);
        return Volatile.Read(ref _link)?.AcknowledgeThroughAsync(sequence) ?? ValueTask.CompletedTask;
    }

    private async Task ConnectAndReceiveAsync(IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        try
        {
            using Link link = await ConnectAsync(handler, stopping, hard);
            _state.OnConnected(link.SessionPresent, _servers.Current);
            Volatile.Write(ref _link, link);
            _loop.OnConnected(handler, link.Protocol, link.SessionPresent);
            await link.ServeAsync(stopping);
        }
        catch (MqttRedirectException redirect) when (_options.FollowRedirects)
        {
            _servers.Redirect(redirect.Reference);
            throw;
        }
        finally
        {
            Volatile.Write(ref _link, null);
        }
    }

    private async Task<Link> ConnectAsync(IMessageHandler handler, CancellationToken stopping, CancellationToken hard)
    {
        MqttProtocol[] versions = [.. new[] { MqttProtocol.V5, MqttProtocol.V311 }.Where(version =>
            _options.Protocol != (version == MqttProtocol.V5 ? MqttProtocolChoice.V311 : MqttProtocolChoice.V5))];
        List<MqttException> failures = [];
        foreach ((MqttServer server, MqttProtocol protocol) in _servers.Candidates().SelectMany(server => versions.Select(version => (server, version))))
        {
            var link = new Link(this, handler, protocol, hard);
            try
            {
                await link.OpenAsync(server, Request(server, protocol), stopping);
                _servers.Served(server);
                return link;
            }
            catch (MqttException e)
            {
                link.Dispose();
                _servers.Failed(server);
                failures.Add(e);
            }
        }

        throw failures.Find(failure => failure is MqttRedirectException)
            ?? new MqttException(string.Join("; ", failures.Select(failure => failure.Message).Distinct()), failures[^1]);
    }

    private MqttClientOptions Request(MqttServer server, MqttProtocol protocol)
    {
        bool isV5 = protocol == MqttProtocol.V5;
        MqttClientOptionsBuilder request = new MqttClientOptionsBuilder()
            .WithProtocolVersion(isV5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithTcpServer(server.Host, server.Port)
            .WithStreamProvider(new StreamProvider(_transport, server))
            .WithClientId(_options.ClientId)
            .WithCleanStart(_options.CleanStart && (Connections == 0 || !isV5 || _options.SessionExpiry == TimeSpan.Zero))
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithCredentials(_options is { User: null, Password: null } ? null : new MqttClientCredentials(_options.User, _options.Password is null ? null : Encoding.UTF8.GetBytes(_options.Password)))
            .WithTimeout(_options.ConnectTimeout);
        if (isV5)
        {
            request.WithSessionExpiryInterval((uint)_options.SessionExpiry.TotalSeconds).WithReceiveMaximum((ushort)_options.ReceiveMaximum);
        }

        if (_options.Will is { } will)
        {
            request.WithWillTopic(will.Topic).WithWillPayload(will.Payload.ToArray()).WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.Qos).WithWillRetain(will.Retain);
            request.WithWillDelayInterval(isV5 ? (uint)will.Delay.TotalSeconds : 0);
        }

        return request.Build();
    }

    /// <summary>One connection: a client of MQTTnet's, and the acknowledgements it owes.</summary>
    private sealed class Link(MqttNetSession session, IMessageHandler handler, MqttProtocol protocol, CancellationToken hard) : IDisposable
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        // Lets one flush serve all that came meanwhile; when it is full, MQTTnet waits.
        private readonly Channel<MqttApplicationMessageReceivedEventArgs> _arrived = Channel.CreateBounded<MqttApplicationMessageReceivedEventArgs>(
            new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });

        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _acknowledging = new(1, 1);
        private readonly ConcurrentQueue<(ulong Sequence, MqttApplicationMessageReceivedEventArgs Message)> _owed = [];

        public MqttProtocol Protocol => protocol;

        public bool SessionPresent { get; private set; }

        public async Task OpenAsync(MqttServer server, MqttClientOptions request, CancellationToken stopping)
        {
            _client.ApplicationMessageReceivedAsync += TakeAsync;
            _client.DisconnectedAsync += OnDisconnectedAsync;
            MqttClientConnectResult result;
            try
            {
                result = await _client.ConnectAsync(request, stopping);
            }
            catch (Exception e) when (IsOfTheConnection(e))
            {
                stopping.ThrowIfCancellationRequested();
                throw new MqttException($"cannot connect to {server}: {MqttConnection.Words(e.InnerException ?? e)}", e);
            }

            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                string refusal = $"the broker refused the connection: {ReasonText.Of((int)result.ResultCode)}";
                throw result.ServerReference is { Length: > 0 } reference
                    ? new MqttRedirectException($"{refusal}, namely {ReasonText.Quote(reference)}", reference)
                    : new MqttException(string.IsNullOrEmpty(result.ReasonString) ? refusal : $"{refusal}: {ReasonText.Quote(result.ReasonString)}");
            }

            SessionPresent = result.IsSessionPresent;
        }

        /// <summary>Subscribes and hands over until the connection ends, which is an <see cref="MqttException"/>, or <paramref name="stopping"/> is cancelled.</summary>
        public async Task ServeAsync(CancellationToken stopping)
        {
            Task handingOver = HandOverAsync();
            try
            {
                await AnnounceAsync(isOnline: true);
                if (session._options.Subscriptions.Count > 0 && !(session._state.IsSubscribed && session._state.IsTidy))
                {
                    await SubscribeAsync(stopping);
                }

                await await Task.WhenAny(_ended.Task, handingOver).WaitAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await SayGoodbyeAsync(handingOver);
                throw;
            }
            catch (Exception e) when (IsOfTheConnection(e) && e is not MqttException && !handingOver.IsFaulted)
            {
                throw new MqttException($"the connection broke: {MqttConnection.Words(e.InnerException ?? e)}", e);
            }
            finally
            {
                // What was taken must not wait for the next connection; an exception of the handler comes out here.
                _arrived.Writer.TryComplete();
                await handingOver;
            }
        }

        /// <summary>Sends what is owed up to a sequence number, in the order of receipt.</summary>
        public async ValueTask AcknowledgeThroughAsync(ulong sequence)
        {
            await _acknowledging.WaitAsync(CancellationToken.None);
            try
            {
                while (_client.IsConnected && _owed.TryPeek(out (ulong Sequence, MqttApplicationMessageReceivedEventArgs Message) first) && first.Sequence <= sequence)
                {
                    _owed.TryDequeue(out _);
                    await first.Message.AcknowledgeAsync(hard);
                }
            }
            catch (Exception e) when (IsOfTheConnection(e) || e is OperationCanceledException or NullReferenceException)
            {
                // The last is MQTTnet's answer when the connection has just ended. The broker sends again what it was not told of.
            }
            finally
            {
                _acknowledging.Release();
            }
        }

        public void Dispose()
        {
            _arrived.Writer.TryComplete();
            _client.Dispose();
            _ = _ended.Task.Exception;
        }

        private async Task SubscribeAsync(CancellationToken stopping)
        {
            var request = new MqttClientSubscribeOptions
            {
                TopicFilters = [.. session._options.Subscriptions.Select(wanted => new MqttTopicFilter { Topic = wanted.Filter, QualityOfServiceLevel = (MqttQualityOfServiceLevel)wanted.Qos })],
            };
            IReadOnlyList<string> dropped = await session._subscriptions.PrepareAsync(session._servers.Current, SessionPresent, stopping);
            MqttClientSubscribeResult result = await _client.SubscribeAsync(request, stopping);
            session._subscriptions.OnSubscribed([.. result.Items.Select(item => (byte)item.ResultCode)]);
            if (dropped.Count > 0)
            {
                MqttClientUnsubscribeResult answer = await _client.UnsubscribeAsync(new MqttClientUnsubscribeOptions { TopicFilters = [.. dropped] }, stopping);
                await session._subscriptions.OnUnsubscribedAsync([.. answer.Items.Select(item => (byte)item.ResultCode)], hard);
            }
        }

        private async Task AnnounceAsync(bool isOnline)
        {
            if (session._options.Will is { } will && !(isOnline && will.OnlinePayload.IsEmpty))
            {
                byte[] payload = (isOnline ? will.OnlinePayload : will.Payload).ToArray();
                await _client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(will.Topic).WithPayload(payload).WithRetainFlag(will.Retain).Build(), hard);
            }
        }

        /// <summary>Lets the hand-over under way end; what comes after it stays unacknowledged and comes again.</summary>
        private async Task SayGoodbyeAsync(Task handingOver)
        {
            _arrived.Writer.TryComplete();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), session._time);
            try
            {
                await handingOver.WaitAsync(hard);
                while (!session._options.AcknowledgeAfterFlush && !_owed.IsEmpty)
                {
                    await timer.WaitForNextTickAsync(hard);
                }

                await AnnounceAsync(isOnline: false);
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), hard);
            }
            catch (Exception e) when (e is OperationCanceledException || IsOfTheConnection(e))
            {
                // What was not acknowledged comes again.
            }
        }

        // MQTTnet calls this for one message after the other.
        private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs message)
        {
            message.AutoAcknowledge = false;
            while (await _arrived.Writer.WaitToWriteAsync(CancellationToken.None) && !_arrived.Writer.TryWrite(message))
            {
            }
        }

        private async Task HandOverAsync()
        {
            while (await _arrived.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (_arrived.Reader.TryRead(out MqttApplicationMessageReceivedEventArgs? message))
                {
                    await HandOverAsync(message);
                }

                await FlushAsync();
            }
        }

        private async Task HandOverAsync(MqttApplicationMessageReceivedEventArgs message)
        {
            PublishVerdict verdict = Offer(message);
            if (verdict == PublishVerdict.NoRoom)
            {
                await FlushAsync();
                verdict = Offer(message);
            }

            session._state.Count((int)message.ApplicationMessage.Payload.Length, isOversized: false);
            if (message.ApplicationMessage.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce)
            {
                _owed.Enqueue((session._state.Sequence, message));
            }

            await (verdict switch
            {
                PublishVerdict.Taken => Task.CompletedTask,
                PublishVerdict.TakenAndFull => FlushAsync(),
                _ => throw new InvalidOperationException("the handler has no room for a message right after a flush"),
            });
        }

        private async Task FlushAsync()
        {
            await handler.FlushAsync(hard);
            await AcknowledgeThroughAsync(session._options.AcknowledgeAfterFlush ? session._state.Sequence : session._state.RequestedThrough);
        }

        private PublishVerdict Offer(MqttApplicationMessageReceivedEventArgs received)
        {
            (MqttApplicationMessage message, ReadOnlySequence<byte> payload) = (received.ApplicationMessage, received.ApplicationMessage.Payload);
            byte[] topic = Encoding.UTF8.GetBytes(message.Topic);
            ReadOnlySpan<byte> bytes = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
            var view = new PublishView(topic, UserProperties(message), bytes)
            {
                Qos = (MqttQos)message.QualityOfServiceLevel, PacketId = received.PacketIdentifier, Retain = message.Retain, Duplicate = message.Dup, Sequence = session._state.Sequence + 1,
            };
            if (payload.Length <= session._options.MaxMessageBytes)
            {
                return handler.OnPublish(view);
            }

            handler.OnOversized(view, payload.Length);
            Log.MqttOversized(session._logger, payload.Length, ReasonText.Quote(message.Topic), session._options.MaxMessageBytes);
            return PublishVerdict.Taken;
        }

        private static ReadOnlySpan<byte> UserProperties(MqttApplicationMessage message)
        {
            var buffer = new PacketBuffer(message.UserProperties is null ? 0 : 512);
            foreach (MQTTnet.Packets.MqttUserProperty property in message.UserProperties ?? [])
            {
                buffer.WriteByte((int)PropertyId.UserProperty);
                buffer.WriteText(property.Name);
                buffer.WriteBinary(property.ValueBuffer.Span);
            }

            return buffer.Written;
        }

        private Task OnDisconnectedAsync(MqttClientDisconnectedEventArgs gone)
        {
            string words = string.IsNullOrEmpty(gone.ReasonString) ? "" : $": {ReasonText.Quote(gone.ReasonString)}";
            _ended.TrySetException(gone.Exception switch
            {
                MqttClientUnexpectedDisconnectReceivedException { ServerReference: { Length: > 0 } reference } =>
                    new MqttRedirectException($"the broker ended the connection: {ReasonText.Of((int)gone.Reason)}, namely {ReasonText.Quote(reference)}", reference),
                { } e and not MqttClientUnexpectedDisconnectReceivedException => new MqttException($"the connection broke: {MqttConnection.Words(e.InnerException ?? e)}", e),
                _ => new MqttException($"the broker ended the connection: {ReasonText.Of((int)gone.Reason)}{words}"),
            });
            return Task.CompletedTask;
        }

        private static bool IsOfTheConnection(Exception e) =>
            e is MqttCommunicationException or MqttProtocolViolationException or InvalidOperationException or MqttException || MqttConnection.IsBroken(e);
    }

    private sealed class StreamProvider(NetworkTransport transport, MqttServer server) : IMqttClientStreamProvider
    {
        public Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken stopping) => transport.ConnectAsync(server, stopping).AsTask();
    }
}

/// <content>Makes the adapter known.</content>
public static partial class MqttSessions
{
    static partial void Register(ref Func<MqttSessionOptions, TimeProvider, ILogger, ISubscriptionRecord?, IMqttSession>? mqttNet) =>
        mqttNet = (options, time, logger, record) => new MqttNetSession(options, time, logger, record);
}
