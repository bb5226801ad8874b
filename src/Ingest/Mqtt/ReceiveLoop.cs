using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>Serves one connection: hands messages to the handler, flushes, acknowledges. One per connection.</summary>
internal sealed class ReceiveLoop(
    MqttConnection connection, IMessageHandler handler, SessionState session, Subscriptions subscriptions, MqttSessionOptions options, ILogger logger)
{
    private const ushort SubscribePacketId = 1;
    private const ushort UnsubscribePacketId = 2;

    private readonly byte[]?[] _aliases = new byte[]?[options.TopicAliasMaximum + 1];
    private bool _hasTaken;
    private bool _hasReply;
    private byte[]? _unsubscribed;
    private bool _saidOversized;

    private enum Step
    {
        NeedsBytes,
        NeedsFlush,
    }

    /// <summary>Asks for the subscriptions, and takes back what is no longer wanted; the answers are read with everything else.</summary>
    public async Task SubscribeAsync(CancellationToken ct)
    {
        if (options.Subscriptions.Count == 0)
        {
            return;
        }

        // The record may wait for the disk; what the broker says meanwhile is not read.
        connection.Pause();
        IReadOnlyList<string> dropped = await subscriptions.PrepareAsync(connection.Server, connection.ConnAck.SessionPresent, ct);
        connection.Resume();
        lock (connection.Outbound.Gate)
        {
            if (!session.IsSubscribed)
            {
                // MQTT 5: retained messages come with a new subscription, not again with one that the session already has.
                SubscribePacket.Write(connection.Outbound.Filling, connection.Protocol, SubscribePacketId, options.Subscriptions.Select(wanted => new SubscribeRequest(wanted.Filter, wanted.Qos, RetainHandling: 1)));
            }

            // In this order nothing is missed where an old filter and a new one have topics in common.
            if (dropped.Count > 0)
            {
                UnsubscribePacket.Write(connection.Outbound.Filling, connection.Protocol, UnsubscribePacketId, dropped);
            }
        }

        await connection.FlushAsync();
    }

    /// <summary>Runs until the connection ends, which is an <see cref="MqttException"/>, or <paramref name="stopping"/> is cancelled.</summary>
    /// <param name="stopping">Ends reading.</param>
    /// <param name="hard">Ends a flush of the handler.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hard)
    {
        try
        {
            do
            {
                // Before the first read too: messages may have come in one piece with CONNACK.
                await ServeBufferedAsync(hard);
            }
            while (await connection.FillAsync(stopping));
        }
        catch (MqttException) when (_hasTaken)
        {
            // What came before the fault in the same bytes was taken. It can no longer be acknowledged, but it must not wait for
            // the next connection, and that one begins with an empty batch.
            await handler.FlushAsync(hard);
            throw;
        }

        throw connection.Fault(null);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ServeBufferedAsync(CancellationToken hard)
    {
        Step step;
        do
        {
            step = Parse();
            if (_hasTaken)
            {
                await FlushHandlerAsync(hard);
            }

            if (_unsubscribed is { } codes)
            {
                _unsubscribed = null;
                await subscriptions.OnUnsubscribedAsync(codes, hard);
            }

            if (_hasReply)
            {
                _hasReply = false;
                await connection.FlushAsync();
            }
        }
        while (step == Step.NeedsFlush);
    }

    private Step Parse()
    {
        while (connection.Frames.TryRead(out Frame frame))
        {
            if (frame.Type == PacketType.Publish)
            {
                PublishVerdict verdict = OnPublish(frame);
                if (verdict == PublishVerdict.NoRoom)
                {
                    connection.Frames.Unread();
                    return _hasTaken ? Step.NeedsFlush : throw new InvalidOperationException("the handler has no room for a message right after a flush");
                }

                if (verdict == PublishVerdict.TakenAndFull)
                {
                    return Step.NeedsFlush;
                }
            }
            else
            {
                OnControl(frame);
            }
        }

        return Step.NeedsBytes;
    }

    private PublishVerdict OnPublish(in Frame frame)
    {
        PublishPacket packet = frame.IsOversized
            ? PublishPacket.ParseOversized(frame, connection.Protocol)
            : PublishPacket.Parse(frame, connection.Protocol);
        ReadOnlySpan<byte> topic = packet.TopicAlias == 0 && !packet.Topic.IsEmpty ? packet.Topic : ResolveTopic(packet, frame.IsOversized);
        PublishVerdict verdict = PublishVerdict.Taken;
        if (packet.Qos != MqttQos.ExactlyOnce || !session.IsHeld(packet.PacketId))
        {
            verdict = Offer(packet, topic, frame);
        }

        if (verdict == PublishVerdict.NoRoom)
        {
            return verdict;
        }

        _hasTaken = true;
        if (packet.Qos != MqttQos.AtMostOnce)
        {
            session.Acks.Add(packet.PacketId, packet.Qos, session.Sequence);
        }

        return verdict;
    }

    private PublishVerdict Offer(in PublishPacket packet, ReadOnlySpan<byte> topic, in Frame frame)
    {
        PublishVerdict verdict = PublishVerdict.Taken;
        if (frame.IsOversized)
        {
            OnOversized(new PublishView(packet, topic, session.Sequence + 1), frame.BodyLength);
        }
        else
        {
            verdict = handler.OnPublish(new PublishView(packet, topic, session.Sequence + 1));
        }

        if (verdict != PublishVerdict.NoRoom)
        {
            session.Count(frame.BodyLength, frame.IsOversized);
            if (packet.Qos == MqttQos.ExactlyOnce)
            {
                session.Hold(packet.PacketId);
            }
        }

        return verdict;
    }

    private void OnOversized(in PublishView beginning, long bytes)
    {
        handler.OnOversized(beginning, bytes);
        if (!_saidOversized && logger.IsEnabled(LogLevel.Warning))
        {
            _saidOversized = true;
            Log.MqttOversized(logger, bytes, ReasonText.Quote(Encoding.UTF8.GetString(beginning.Topic)), options.MaxMessageBytes);
        }
    }

    private ReadOnlySpan<byte> ResolveTopic(in PublishPacket packet, bool isOversized)
    {
        if (packet.TopicAlias == 0)
        {
            // An oversized packet's alias may lie in the part that was not kept.
            return isOversized ? default : throw new MqttProtocolException("PUBLISH without topic", ReasonCode.ProtocolError);
        }

        if (packet.TopicAlias >= _aliases.Length)
        {
            throw new MqttProtocolException($"topic alias {packet.TopicAlias} above the {options.TopicAliasMaximum} allowed", ReasonCode.TopicAliasInvalid);
        }

        ref byte[]? known = ref _aliases[packet.TopicAlias];
        if (!packet.Topic.IsEmpty && !packet.Topic.SequenceEqual(known))
        {
            known = packet.Topic.ToArray();
        }

        return known ?? throw new MqttProtocolException($"topic alias {packet.TopicAlias} is not defined", ReasonCode.TopicAliasInvalid);
    }

    private void OnControl(in Frame frame)
    {
        if (frame.IsOversized)
        {
            throw new MqttProtocolException($"{frame.Type} of {frame.BodyLength} bytes", ReasonCode.PacketTooLarge);
        }

        if (frame.Flags != (frame.Type == PacketType.PubRel ? 2 : 0))
        {
            throw new MqttProtocolException($"{frame.Type} with the flags {frame.Flags}");
        }

        switch (frame.Type)
        {
            case PacketType.PingResp:
                break;
            case PacketType.SubAck:
                subscriptions.OnSubscribed(SubAckPacket.Parse(frame.Body, connection.Protocol).Codes);
                break;
            case PacketType.UnsubAck when subscriptions.AreAwaited:
                _unsubscribed = SubAckPacket.Parse(frame.Body, connection.Protocol).Codes;
                break;
            case PacketType.PubRel:
                OnPubRel(frame);
                break;
            case PacketType.Disconnect when connection.Protocol == MqttProtocol.V5:
                throw ControlPacket.Ended(frame.Body, connection.Protocol);
            default:
                throw new MqttProtocolException($"{frame.Type} was not expected", ReasonCode.ProtocolError);
        }
    }

    private void OnPubRel(in Frame frame)
    {
        (ushort id, _) = AckPacket.Parse(frame.Body);
        session.Release(id);
        lock (connection.Outbound.Gate)
        {
            AckPacket.Write(connection.Outbound.Filling, PacketType.PubComp, id);
        }

        _hasReply = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushHandlerAsync(CancellationToken hard)
    {
        _hasTaken = false;
        ValueTask flush = handler.FlushAsync(hard);
        if (flush.IsCompletedSuccessfully)
        {
            // Also hands a pooled source back.
            flush.GetAwaiter().GetResult();
        }
        else
        {
            connection.Pause();
            await flush;
            connection.Resume();
        }

        await session.AcknowledgeThroughAsync(connection, options.AcknowledgeAfterFlush ? session.Sequence : session.RequestedThrough);
    }
}
