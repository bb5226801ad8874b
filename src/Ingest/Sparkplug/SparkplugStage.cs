using Microsoft.Extensions.Logging;
using Thrum.Detector.Protobuf;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Sparkplug;

/// <summary>
/// Stands before decoding, or before the journal: keeps what births say of metrics, and hands on each value of a data message that a template asks
/// for as a message of its own, a Thrum block on the metric's path. So what follows, the journal too, needs no birth to understand it. Messages of other
/// topics pass. Nothing is allocated for a data message whose metrics are known.
/// </summary>
public sealed class SparkplugStage : IMessageHandler
{
    private const int MaxNodes = 4096;
    private const int MaxMetrics = 262_144;

    private readonly IMessageHandler _next;
    private readonly SampleIngest _decode;
    private readonly SparkplugRebirths _rebirths;
    private readonly ILogger _logger;
    private readonly SparkplugBirth _birth;
    private readonly SparkplugValues _values = new();
    private readonly TopicTable<SparkplugNode> _nodes = new(MaxNodes);
    private readonly byte[] _key = new byte[ushort.MaxValue + 1];
    private int _metrics;
    private int _handedOn;
    private bool _isOfferedAgain;

    /// <summary>Creates the stage.</summary>
    /// <param name="options">Checked options; those of its topics count whose format is <c>sparkplug</c>.</param>
    /// <param name="next">What takes the messages.</param>
    /// <param name="decode">Counts and keeps what cannot be understood.</param>
    /// <param name="rebirths">Asks nodes for their births.</param>
    /// <param name="logger">Logger.</param>
    public SparkplugStage(MqttOptions options, IMessageHandler next, SampleIngest decode, SparkplugRebirths rebirths, ILogger<SparkplugStage> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _birth = new SparkplugBirth([.. options.Topics.Where(topic => topic.IsSparkplug).Select(topic => TopicRule.Of(topic).Template)]);
        _next = next;
        _decode = decode;
        _rebirths = rebirths;
        _logger = logger;
    }

    /// <summary>True when a topic is of the format <c>sparkplug</c>.</summary>
    public static bool IsNeeded(MqttOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Topics.Any(topic => topic.IsSparkplug);
    }

    /// <inheritdoc/>
    public PublishVerdict OnPublish(in PublishView message)
    {
        if (!SparkplugTopic.TryParse(message.Topic, out SparkplugTopic topic))
        {
            return _next.OnPublish(message);
        }

        switch (topic.Type)
        {
            case SparkplugType.Data:
                return TakeData(topic, message);
            case SparkplugType.Birth:
                return TakeBirth(topic, message);
            case SparkplugType.Death:
                return TakeDeath(topic, message);
            default:
                return Noted(message);
        }
    }

    /// <inheritdoc/>
    public void OnOversized(in PublishView beginning, long bytes) => _next.OnOversized(beginning, bytes);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken ct) => _next.FlushAsync(ct);

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connected) => _next.OnConnected(connected);

    /// <inheritdoc/>
    public void OnDisconnected(string reason) => _next.OnDisconnected(reason);

    /// <inheritdoc/>
    public void OnHandled(ulong sequence) => _next.OnHandled(sequence);

    private PublishVerdict TakeBirth(in SparkplugTopic topic, in PublishView message)
    {
        if (!SparkplugHead.TryRead(message.Payload, out SparkplugHead head))
        {
            return Refuse(DropReason.BadPayload, message, "the birth is no Sparkplug B payload");
        }

        if (NodeOf(topic) is not { } node)
        {
            return Refuse(DropReason.TooManyStreams, message, $"{MaxNodes} nodes are known");
        }

        if (!topic.Device.IsEmpty)
        {
            FollowOrAsk(node, head.Sequence, topic);
        }

        _metrics -= node.Metrics;
        if (topic.Device.IsEmpty)
        {
            node.Begin(head.Sequence, SessionOf(message.Payload), head.TimestampMs);
        }

        bool isKnown = TryLearn(node, topic, message.Payload, out DropReason reason);
        _metrics += node.Metrics;
        return isKnown ? Noted(message) : Refuse(reason, message, $"the birth has a malformed metric, or more than {SparkplugDevice.MaxMetrics} metrics, {MaxMetrics} of all nodes");
    }

    private bool TryLearn(SparkplugNode node, in SparkplugTopic topic, ReadOnlySpan<byte> payload, out DropReason reason)
    {
        reason = DropReason.TooManyStreams;
        if (node.BeginDevice(topic.Device) is not { } device)
        {
            return false;
        }

        var fields = new ProtobufReader(payload);
        while (fields.TryRead())
        {
            if (fields is not { Field: SparkplugField.PayloadMetric, Type: WireType.Bytes })
            {
                continue;
            }

            if (!SparkplugMetric.TryParse(fields.Content, out SparkplugMetric metric))
            {
                reason = DropReason.BadPayload;
                return false;
            }

            if (!metric.Name.IsEmpty && (_metrics + node.Metrics >= MaxMetrics || !node.TryAdd(device, metric, _birth.Know(topic, metric))))
            {
                return false;
            }
        }

        return true;
    }

    private PublishVerdict TakeDeath(in SparkplugTopic topic, in PublishView message)
    {
        if (NodeOf(topic) is { } node)
        {
            if (!topic.Device.IsEmpty)
            {
                FollowOrAsk(node, SparkplugHead.TryRead(message.Payload, out SparkplugHead head) ? head.Sequence : -1, topic);
            }

            _metrics -= node.Metrics;
            if (topic.Device.IsEmpty)
            {
                node.End(SessionOf(message.Payload));
            }
            else
            {
                node.ForgetDevice(topic.Device);
            }

            _metrics += node.Metrics;
        }

        return Noted(message);
    }

    private PublishVerdict TakeData(in SparkplugTopic topic, in PublishView message)
    {
        if (!SparkplugHead.TryRead(message.Payload, out SparkplugHead head))
        {
            return Refuse(DropReason.BadPayload, message, $"{message.Payload.Length} bytes are no Sparkplug B payload");
        }

        if (NodeOf(topic) is not { } node)
        {
            return Refuse(DropReason.TooManyStreams, message, $"{MaxNodes} nodes are known");
        }

        if (!_isOfferedAgain && !(head.TimestampMs < node.BornMs))
        {
            FollowOrAsk(node, head.Sequence, topic);
        }

        if (node.DeviceOf(topic.Device) is not { } device)
        {
            return Refuse(DropReason.TooManyStreams, message, "its node has as many devices as it may have");
        }

        // First whether all of it can be understood, so that no half of a message is used.
        (DropReason? fault, int values) = HandOn(topic, message, head, node, device, of: 0, out _);
        if (fault is { } reason)
        {
            if (reason == DropReason.NoBirth)
            {
                Ask(node, "a metric that no birth told of", topic);
            }

            return Refuse(reason, message, "the payload has a metric that cannot be understood");
        }

        if (values == 0)
        {
            return Refuse(DropReason.UnknownTopic, message, "no template of Mqtt:Topics asks for any of its metrics");
        }

        HandOn(topic, message, head, node, device, values, out PublishVerdict verdict);
        _isOfferedAgain = verdict == PublishVerdict.NoRoom;
        _handedOn = _isOfferedAgain ? _handedOn : 0;
        return verdict;
    }

    /// <summary>
    /// Goes through the values that are asked for: only to count and check them where <paramref name="of"/> is 0, else to hand on those that were not
    /// yet.
    /// </summary>
    private (DropReason? Fault, int Values) HandOn(
        in SparkplugTopic topic, in PublishView message, SparkplugHead head, SparkplugNode node, SparkplugDevice device, int of, out PublishVerdict verdict)
    {
        verdict = PublishVerdict.Taken;
        int values = 0;
        var fields = new ProtobufReader(message.Payload);
        while (fields.TryRead())
        {
            if (fields is not { Field: SparkplugField.PayloadMetric, Type: WireType.Bytes })
            {
                continue;
            }

            if (!SparkplugMetric.TryParse(fields.Content, out SparkplugMetric metric))
            {
                return (DropReason.BadPayload, values);
            }

            if ((device.Find(metric) ?? Learn(topic, metric, node, device)) is not { } known)
            {
                return (metric.Name.IsEmpty ? DropReason.NoBirth : DropReason.TooManyStreams, values);
            }

            int type = metric.DataType != 0 ? metric.DataType : known.DataType;
            if (!known.IsWanted)
            {
                continue;
            }

            if (type == 0 && !SparkplugMetric.IsSelfTold(metric.ValueField))
            {
                return (DropReason.NoBirth, values);
            }

            bool isNext = of > 0 && values == _handedOn;
            DecodeFault fault = _values.Take(metric, type, head.TimestampMs, known.RateHz, isWritten: isNext);
            if (fault != DecodeFault.None)
            {
                if (fault != DecodeFault.Empty)
                {
                    return (MessageDrops.ReasonOf(fault), values);
                }

                continue;
            }

            values++;
            if (isNext && !TryOffer(message, known, isLast: values == of, out verdict))
            {
                return (null, values);
            }
        }

        return (null, values);
    }

    private bool TryOffer(in PublishView message, SparkplugKnown known, bool isLast, out PublishVerdict verdict)
    {
        verdict = _next.OnPublish(new PublishView(known.Topic, known.Properties, _values.Block)
        {
            Qos = message.Qos,
            PacketId = message.PacketId,
            Retain = message.Retain,
            Duplicate = message.Duplicate,

            // The message may be acknowledged when the last of its values is safe.
            Sequence = isLast || message.Sequence == 0 ? message.Sequence : message.Sequence - 1,
            ArrivalUnixNs = message.ArrivalUnixNs,
            ArrivalTimestamp = message.ArrivalTimestamp,
        });
        bool isTaken = verdict != PublishVerdict.NoRoom;
        _handedOn += isTaken ? 1 : 0;
        return isTaken;
    }

    /// <summary>A metric that names itself needs no birth to have a place; null: it has no name, or there are too many.</summary>
    private SparkplugKnown? Learn(in SparkplugTopic topic, in SparkplugMetric metric, SparkplugNode node, SparkplugDevice device)
    {
        if (metric.Name.IsEmpty || _metrics >= MaxMetrics)
        {
            return null;
        }

        // The type is this message's own: another one may bring another.
        SparkplugKnown known = _birth.Know(topic, metric) with { DataType = 0 };
        bool isAdded = node.TryAdd(device, metric, known);
        _metrics += isAdded ? 1 : 0;
        return isAdded ? known : null;
    }

    private void FollowOrAsk(SparkplugNode node, int sequence, in SparkplugTopic topic)
    {
        int before = node.Metrics;
        if (!node.Follow(sequence))
        {
            Ask(node, "messages before one are missing", topic);
        }

        _metrics -= before - node.Metrics;
    }

    private void Ask(SparkplugNode node, string why, in SparkplugTopic topic)
    {
        if (_rebirths.TryAsk(node))
        {
            Log.RebirthAsked(_logger, MessageDrops.Quote(topic.Group), MessageDrops.Quote(topic.Node), why);
        }
    }

    private SparkplugNode? NodeOf(in SparkplugTopic topic)
    {
        int length = topic.Group.Length + 1 + topic.Node.Length;
        Span<byte> key = _key.AsSpan(0, length);
        topic.Group.CopyTo(key);
        key[topic.Group.Length] = (byte)'/';
        topic.Node.CopyTo(key[(topic.Group.Length + 1)..]);
        if (_nodes.TryGet(key, out SparkplugNode? node))
        {
            return node;
        }

        node = new SparkplugNode([.. "spBv1.0/"u8, .. topic.Group, .. "/NCMD/"u8, .. topic.Node]);
        return _nodes.TrySet(key, node) ? node : null;
    }

    /// <summary>Number of the node's session: its metric <c>bdSeq</c>.</summary>
    private static ulong? SessionOf(ReadOnlySpan<byte> payload)
    {
        var fields = new ProtobufReader(payload);
        while (fields.TryRead())
        {
            if (fields is { Field: SparkplugField.PayloadMetric, Type: WireType.Bytes }
                && SparkplugMetric.TryParse(fields.Content, out SparkplugMetric metric) && metric.Name.SequenceEqual("bdSeq"u8))
            {
                return metric.Bits;
            }
        }

        return null;
    }

    private PublishVerdict Noted(in PublishView message)
    {
        _decode.CountNoted();
        _next.OnHandled(message.Sequence);
        return PublishVerdict.Taken;
    }

    private PublishVerdict Refuse(DropReason reason, in PublishView message, string detail)
    {
        (_isOfferedAgain, _handedOn) = (false, 0);
        _decode.Refuse(reason, message, detail);
        _next.OnHandled(message.Sequence);
        return PublishVerdict.Taken;
    }
}
