using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Broker;

/// <summary>One client's connection: reads its packets, and writes its session's queue.</summary>
internal sealed class BrokerClient(LoopbackBroker broker, MqttConnection connection, BrokerSession session, ConnectPacket request)
{
    private const int WriteBytes = 256 * 1024;

    private readonly AsyncSignal _wake = new();
    private bool _hasReply;

    /// <summary>There is something to write.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends the connection because another one uses its client id.</summary>
    public void TakeOver() => connection.Abort("the session was taken over");

    /// <summary>Serves until the connection ends; returns why.</summary>
    public async Task<string> RunAsync()
    {
        session.Attach(this, request.ReceiveMaximum);
        Wake();
        Task writer = WriteAsync();
        string reason;
        try
        {
            reason = await ReadAsync();
        }
        catch (MqttProtocolException e)
        {
            // MQTT 3.1.1 knows no DISCONNECT from a broker.
            if (request.Protocol == MqttProtocol.V5)
            {
                Encode(buffer => ControlPacket.WriteDisconnect(buffer, request.Protocol, e.Reason));
                await connection.TryFlushAsync();
            }

            reason = e.Message;
        }
        catch (MqttException e)
        {
            reason = e.Message;
        }
        finally
        {
            session.Detach(this);
            connection.Abort("the connection has ended");
            await writer;
        }

        return reason;
    }

    private async Task<string> ReadAsync()
    {
        do
        {
            // Before the first read too: packets may have come in one piece with CONNECT.
            while (TryTake(out BrokerMessage? message, out bool retain, out ushort packetId, out SubscribeWork? work, out bool isGoodbye))
            {
                if (isGoodbye)
                {
                    return "the client disconnected";
                }

                if (message is not null)
                {
                    await broker.PublishAsync(message, retain, session);
                    Acknowledge(packetId);
                }
                else if (work is not null)
                {
                    await broker.SendRetainedAsync(session, work);
                }
            }

            if (_hasReply)
            {
                _hasReply = false;
                await connection.FlushAsync();
            }
        }
        while (await connection.FillAsync(CancellationToken.None));

        return "the client closed the connection";
    }

    private bool TryTake(out BrokerMessage? message, out bool retain, out ushort packetId, out SubscribeWork? work, out bool isGoodbye)
    {
        (message, retain, packetId, work, isGoodbye) = (null, false, 0, null, false);
        if (!connection.Frames.TryRead(out Frame frame))
        {
            return false;
        }

        if (frame.IsOversized)
        {
            throw new MqttProtocolException($"{frame.Type} of {frame.BodyLength} bytes", ReasonCode.PacketTooLarge);
        }

        switch (frame.Type)
        {
            case PacketType.Publish:
                PublishPacket packet = Checked(PublishPacket.Parse(frame, request.Protocol));
                (message, retain, packetId) = (BrokerMessage.Copy(packet), packet.Retain, packet.PacketId);
                break;
            case PacketType.PubAck:
                session.Acknowledge(AckPacket.Parse(frame.Body).PacketId);
                Wake();
                break;
            case PacketType.Subscribe:
                work = OnSubscribe(frame.Body);
                break;
            case PacketType.Unsubscribe:
                OnUnsubscribe(frame.Body);
                break;
            case PacketType.PingReq:
                Encode(buffer => ControlPacket.WriteEmpty(buffer, PacketType.PingResp));
                break;
            case PacketType.Disconnect:
                isGoodbye = true;
                break;
            default:
                throw new MqttProtocolException($"{frame.Type} was not expected", ReasonCode.ProtocolError);
        }

        return true;
    }

    private static PublishPacket Checked(PublishPacket packet)
    {
        if (packet.Qos == MqttQos.ExactlyOnce)
        {
            throw new MqttProtocolException("QoS 2 is not supported", ReasonCode.ProtocolError);
        }

        if (packet.TopicAlias > 0)
        {
            throw new MqttProtocolException("topic aliases are not supported", ReasonCode.TopicAliasInvalid);
        }

        return packet.Topic.IsEmpty || packet.Topic.ContainsAny((byte)'+', (byte)'#', (byte)0)
            ? throw new MqttProtocolException("the topic is empty or has a wildcard", ReasonCode.TopicNameInvalid)
            : packet;
    }

    private SubscribeWork OnSubscribe(ReadOnlySpan<byte> body)
    {
        (ushort id, List<SubscribeRequest> requests) = SubscribePacket.Parse(body, request.Protocol);
        byte[] codes = new byte[requests.Count];
        var work = new SubscribeWork([]);
        for (int i = 0; i < codes.Length; i++)
        {
            SubscribeRequest wanted = requests[i];
            if (!TopicFilter.IsValid(wanted.Filter) || wanted.Filter.StartsWith("$share/", StringComparison.Ordinal))
            {
                codes[i] = (byte)(request.Protocol == MqttProtocol.V5 ? ReasonCode.TopicFilterInvalid : ReasonCode.UnspecifiedError);
                continue;
            }

            var qos = (MqttQos)Math.Min((int)wanted.Qos, (int)MqttQos.AtLeastOnce);
            codes[i] = (byte)qos;
            bool isNew = session.Subscribe(wanted.Filter, qos);
            if (wanted.RetainHandling == 0 || (wanted.RetainHandling == 1 && isNew))
            {
                work.Retained.Add(new MqttSubscription(wanted.Filter, qos));
            }
        }

        Encode(buffer => SubAckPacket.Write(buffer, request.Protocol, PacketType.SubAck, id, codes));
        return work;
    }

    private void OnUnsubscribe(ReadOnlySpan<byte> body)
    {
        var packet = UnsubscribePacket.Parse(body, request.Protocol);
        (ushort id, List<string> filters) = (packet.PacketId, packet.Filters);
        byte[] codes = [.. filters.Select(filter => session.Unsubscribe(filter) ? (byte)0 : (byte)ReasonCode.NoSubscriptionExisted)];
        Encode(buffer => SubAckPacket.Write(buffer, request.Protocol, PacketType.UnsubAck, id, codes));
    }

    private void Acknowledge(ushort packetId)
    {
        if (packetId > 0)
        {
            lock (connection.Outbound.Gate)
            {
                AckPacket.Write(connection.Outbound.Filling, PacketType.PubAck, packetId);
            }

            _hasReply = true;
        }
    }

    private void Encode(Action<PacketBuffer> write)
    {
        lock (connection.Outbound.Gate)
        {
            write(connection.Outbound.Filling);
        }

        _hasReply = true;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(connection.Lifetime);
                while (EncodeQueue())
                {
                    await connection.FlushAsync();
                    await AwaitWrittenAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
        catch (MqttException e)
        {
            connection.Abort(e.Message);
        }
    }

    private bool EncodeQueue()
    {
        lock (connection.Outbound.Gate)
        {
            int encoded = session.Encode(connection.Outbound.Filling, request.Protocol, WriteBytes);
            broker.CountSent(encoded);
            return encoded > 0;
        }
    }

    /// <summary>The reader may be the one who writes: then the queue must not be emptied into memory meanwhile.</summary>
    private async Task AwaitWrittenAsync()
    {
        while (true)
        {
            Task idle;
            lock (connection.Outbound.Gate)
            {
                if (connection.Outbound.Filling.Count < WriteBytes)
                {
                    return;
                }

                idle = connection.Outbound.IdleLocked();
            }

            await idle.WaitAsync(connection.Lifetime);
        }
    }
}

/// <summary>Filters whose retained messages a client is to get.</summary>
internal sealed record SubscribeWork(List<MqttSubscription> Retained);
