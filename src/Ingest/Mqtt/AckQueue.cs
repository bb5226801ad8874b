using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Messages to be acknowledged, in the order they came [MQTT-4.6.0-2]. Bounded by the protocol: a packet identifier stands in it
/// once, and a peer that reuses one without waiting is at fault. Thread-safe.
/// </summary>
internal sealed class AckQueue
{
    private readonly Lock _gate = new();
    private Entry[] _ring = new Entry[64];
    private int _head;
    private int _count;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <exception cref="MqttProtocolException">More than 65535 are waiting.</exception>
    public void Add(ushort packetId, MqttQos qos, ulong sequence)
    {
        lock (_gate)
        {
            if (_count == ushort.MaxValue)
            {
                throw new MqttProtocolException("more than 65535 messages unacknowledged", ReasonCode.ReceiveMaximumExceeded);
            }

            if (_count == _ring.Length)
            {
                Grow();
            }

            _ring[(_head + _count++) & (_ring.Length - 1)] = new Entry(sequence, packetId, qos);
        }
    }

    /// <summary>Writes the acknowledgements of everything up to a sequence number and forgets it; returns how many.</summary>
    public int Release(ulong through, PacketBuffer buffer)
    {
        lock (_gate)
        {
            int released = 0;
            while (_count > 0 && _ring[_head].Sequence <= through)
            {
                Entry entry = _ring[_head];
                _head = (_head + 1) & (_ring.Length - 1);
                _count--;
                released++;
                AckPacket.Write(buffer, entry.Qos == MqttQos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, entry.PacketId);
            }

            return released;
        }
    }

    /// <summary>Forgets everything: the connection is gone, the broker will send it again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _head = _count = 0;
        }
    }

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        (_ring, _head) = (larger, 0);
    }

    private readonly record struct Entry(ulong Sequence, ushort PacketId, MqttQos Qos);
}
