using System.Text;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Broker;

/// <summary>A client's subscriptions, queue and unacknowledged messages, which may outlive its connection. Thread-safe.</summary>
internal sealed class BrokerSession(string clientId, int maxQueued, long maxQueuedBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<Delivery> _queue = new();
    private readonly Dictionary<ushort, Delivery> _inFlight = [];
    private PublishWindow _window = new(ushort.MaxValue);
    private Subscription[] _subscriptions = [];
    private TaskCompletionSource? _room;
    private BrokerClient? _client;
    private long _queuedBytes;
    private long _order;

    public string ClientId { get; } = clientId;

    /// <summary>Whether the session stays when its connection ends.</summary>
    public bool IsKept { get; set; }

    public BrokerClient? Client => Volatile.Read(ref _client);

    /// <summary>Adds or replaces a subscription; true when it is new.</summary>
    public bool Subscribe(string filter, MqttQos qos)
    {
        lock (_gate)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(filter);
            Subscription[] others = [.. _subscriptions.Where(known => !known.Filter.AsSpan().SequenceEqual(utf8))];
            bool isNew = others.Length == _subscriptions.Length;
            Volatile.Write(ref _subscriptions, [.. others, new Subscription(utf8, qos)]);
            return isNew;
        }
    }

    /// <summary>Removes a subscription; false when there was none.</summary>
    public bool Unsubscribe(string filter)
    {
        lock (_gate)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(filter);
            Subscription[] others = [.. _subscriptions.Where(known => !known.Filter.AsSpan().SequenceEqual(utf8))];
            bool wasKnown = others.Length < _subscriptions.Length;
            Volatile.Write(ref _subscriptions, others);
            return wasKnown;
        }
    }

    /// <summary>The highest QoS of the subscriptions that match; null: none does.</summary>
    public MqttQos? Match(ReadOnlySpan<byte> topic)
    {
        MqttQos? qos = null;
        foreach (Subscription subscription in Volatile.Read(ref _subscriptions))
        {
            if ((qos is null || subscription.Qos > qos) && TopicFilter.Matches(subscription.Filter, topic))
            {
                qos = subscription.Qos;
            }
        }

        return qos;
    }

    /// <summary>Takes over the session: messages not acknowledged before are sent again first, as duplicates.</summary>
    public void Attach(BrokerClient client, int receiveMaximum)
    {
        lock (_gate)
        {
            Delivery[] again = [.. _inFlight.Values.OrderBy(delivery => delivery.Order).Select(delivery => delivery with { IsDuplicate = true }), .. _queue];
            _queue.Clear();
            _queuedBytes = 0;
            _inFlight.Clear();
            foreach (Delivery delivery in again)
            {
                _queue.Enqueue(delivery);
                _queuedBytes += delivery.Message.Payload.Length;
            }

            _window = new PublishWindow(receiveMaximum);
            Volatile.Write(ref _client, client);
        }
    }

    /// <summary>The connection has ended; publishers that waited for room go on.</summary>
    public void Detach(BrokerClient client)
    {
        lock (_gate)
        {
            if (_client == client)
            {
                Volatile.Write(ref _client, null);
                WakeLocked();
            }
        }
    }

    /// <summary>Queues a message. Full: <see cref="Enqueued.Dropped"/> without a connection, else <paramref name="room"/> is to be awaited.</summary>
    public Enqueued TryEnqueue(BrokerMessage message, MqttQos qos, bool isRetained, out Task? room)
    {
        room = null;
        BrokerClient? client;
        lock (_gate)
        {
            client = _client;
            if (client is null && qos == MqttQos.AtMostOnce)
            {
                // MQTT keeps nothing of QoS 0 for absent clients.
                return Enqueued.Taken;
            }

            // The first message always fits, however long it is.
            if (_queue.Count >= maxQueued || (_queue.Count > 0 && _queuedBytes + message.Payload.Length > maxQueuedBytes))
            {
                room = client is null ? null : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return client is null ? Enqueued.Dropped : Enqueued.Full;
            }

            _queue.Enqueue(new Delivery(message, qos, isRetained, IsDuplicate: false, _order++));
            _queuedBytes += message.Payload.Length;
        }

        client?.Wake();
        return Enqueued.Taken;
    }

    /// <summary>Encodes queued messages until the buffer has <paramref name="enough"/> bytes or the window is full; returns how many.</summary>
    public int Encode(PacketBuffer buffer, MqttProtocol protocol, int enough)
    {
        int encoded = 0;
        lock (_gate)
        {
            while (buffer.Count < enough && _queue.TryPeek(out Delivery next) && (next.Qos == MqttQos.AtMostOnce || !_window.IsFull))
            {
                _queue.Dequeue();
                _queuedBytes -= next.Message.Payload.Length;
                ushort id = next.Qos == MqttQos.AtMostOnce ? (ushort)0 : _window.TakeLocked();
                if (id > 0)
                {
                    _inFlight[id] = next;
                }

                PublishFlags flags = (next.IsRetained ? PublishFlags.Retain : 0) | (next.IsDuplicate ? PublishFlags.Duplicate : 0);
                PublishPacket.Write(buffer, protocol, next.Message.Topic, next.Message.Payload, next.Qos, id, flags, next.Message.Properties);
                encoded++;
            }

            if (_queue.Count <= maxQueued / 2 && _queuedBytes <= maxQueuedBytes / 2)
            {
                WakeLocked();
            }
        }

        return encoded;
    }

    /// <summary>The client has acknowledged a message.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (_gate)
        {
            if (_inFlight.Remove(packetId))
            {
                _window.ReleaseLocked(packetId, 0);
            }
        }
    }

    private void WakeLocked()
    {
        _room?.SetResult();
        _room = null;
    }

    private sealed record Subscription(byte[] Filter, MqttQos Qos);

    private readonly record struct Delivery(BrokerMessage Message, MqttQos Qos, bool IsRetained, bool IsDuplicate, long Order);
}

/// <summary>What became of a message at a queue.</summary>
internal enum Enqueued
{
    Taken,
    Full,
    Dropped,
}
