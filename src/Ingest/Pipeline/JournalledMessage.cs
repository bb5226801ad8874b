using System.Buffers.Binary;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// A message as a journal record, so that it is decoded after a crash as it would have been before: flags, packet identifier, arrival, the
/// lengths of topic and properties, then topic, properties and payload as they came. Little endian.
/// </summary>
internal static class JournalledMessage
{
    private const int HeaderBytes = 17;
    private const byte DuplicateFlag = 1;
    private const byte RetainFlag = 2;
    private const int QosShift = 2;

    /// <summary>Bytes that it takes in a batch.</summary>
    public static int SizeOf(in PublishView message) => JournalBatch.SizeOf(BodyBytes(message));

    public static void Append(JournalBatch batch, in PublishView message, long arrivalUnixNs)
    {
        Span<byte> body = batch.Append(JournalRecordKind.Message, BodyBytes(message));
        body[0] = (byte)((message.Duplicate ? DuplicateFlag : 0) | (message.Retain ? RetainFlag : 0) | ((int)message.Qos << QosShift));
        BinaryPrimitives.WriteUInt16LittleEndian(body[1..], message.PacketId);
        BinaryPrimitives.WriteInt64LittleEndian(body[3..], arrivalUnixNs);
        BinaryPrimitives.WriteUInt16LittleEndian(body[11..], (ushort)message.Topic.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body[13..], message.Properties.Length);
        body = body[HeaderBytes..];
        message.Topic.CopyTo(body);
        message.Properties.CopyTo(body[message.Topic.Length..]);
        message.Payload.CopyTo(body[(message.Topic.Length + message.Properties.Length)..]);
    }

    /// <summary>The message of a record; it points into the record.</summary>
    /// <param name="record">A record of the kind <see cref="JournalRecordKind.Message"/>.</param>
    /// <param name="arrivalTimestamp">Monotonic time from which its latency counts.</param>
    public static PublishView Read(in JournalRecord record, long arrivalTimestamp)
    {
        ReadOnlySpan<byte> body = record.Body;
        int topic = BinaryPrimitives.ReadUInt16LittleEndian(body[11..]);
        int properties = BinaryPrimitives.ReadInt32LittleEndian(body[13..]);
        ReadOnlySpan<byte> rest = body[HeaderBytes..];
        return new PublishView(rest[..topic], rest.Slice(topic, properties), rest[(topic + properties)..])
        {
            Duplicate = (body[0] & DuplicateFlag) != 0,
            Retain = (body[0] & RetainFlag) != 0,
            Qos = (MqttQos)(body[0] >> QosShift),
            PacketId = BinaryPrimitives.ReadUInt16LittleEndian(body[1..]),
            ArrivalUnixNs = BinaryPrimitives.ReadInt64LittleEndian(body[3..]),
            ArrivalTimestamp = arrivalTimestamp,
            JournalSequence = record.Sequence,
        };
    }

    private static int BodyBytes(in PublishView message) =>
        checked(HeaderBytes + message.Topic.Length + message.Properties.Length + message.Payload.Length);
}
