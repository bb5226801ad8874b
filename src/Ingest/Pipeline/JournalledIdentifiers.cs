using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// Tells a message that the broker sends again, because its acknowledgement did not arrive, from a new one. A broker keeps the packet identifier
/// and sets DUP; it uses an identifier for another message only after the acknowledgement. So a message with DUP is known when the last journalled
/// one of that identifier had the same topic and payload.
/// </summary>
internal sealed class JournalledIdentifiers
{
    // By packet identifier; the ulong is never 0 for a message that was noted.
    private readonly ulong[] _journalled = new ulong[ushort.MaxValue + 1];

    /// <summary>True when the journal has this message already.</summary>
    public bool Knows(in PublishView message) =>
        message.Duplicate && message.Qos != MqttQos.AtMostOnce && _journalled[message.PacketId] == Mark(message);

    /// <summary>Notes a message that goes into the journal, or that was found there.</summary>
    public void Note(in PublishView message)
    {
        if (message.Qos != MqttQos.AtMostOnce)
        {
            _journalled[message.PacketId] = Mark(message);
        }
    }

    /// <summary>The broker has no session of ours: its identifiers begin anew.</summary>
    public void Clear() => Array.Clear(_journalled);

    private static ulong Mark(in PublishView message) =>
        (ulong)Crc32C.Of(message.Payload) << 32 | (Crc32C.Of(message.Topic) ^ (uint)message.Payload.Length) | 1;
}
