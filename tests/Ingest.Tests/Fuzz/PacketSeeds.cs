using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Fuzz;

/// <summary>A good packet of every type.</summary>
internal static class PacketSeeds
{
    public static byte[][] Of(MqttProtocol protocol)
    {
        List<byte[]> packets = [];
        Add(buffer => new ConnectPacket
        {
            Protocol = protocol,
            ClientId = "gateway",
            User = "u",
            Password = [1, 2],
            SessionExpirySeconds = 3600,
            ReceiveMaximum = 20,
            TopicAliasMaximum = 7,
            Will = new MqttWill("state", "off"u8.ToArray()) { Delay = TimeSpan.FromSeconds(5), Qos = MqttQos.AtLeastOnce },
        }.Write(buffer));
        Add(buffer => new ConnAckPacket { ReceiveMaximum = 20, MaximumQos = 1, ServerReference = "b:1883", ReasonString = "why", ServerKeepAliveSeconds = 9 }.Write(buffer, protocol));
        Add(buffer => PublishPacket.Write(buffer, protocol, "v/m/s"u8, [1, 2, 3, 4], MqttQos.AtLeastOnce, 7, PublishFlags.Duplicate, Properties()));
        Add(buffer => PublishPacket.Write(buffer, protocol, "v/m/s"u8, new byte[2000], MqttQos.AtMostOnce, 0, PublishFlags.None, []));
        Add(buffer => SubscribePacket.Write(buffer, protocol, 9, [new("a/+", MqttQos.AtMostOnce), new("$share/g/b/#", MqttQos.ExactlyOnce)]));
        Add(buffer => SubAckPacket.Write(buffer, protocol, PacketType.SubAck, 9, [0, 1, 0x80]));
        Add(buffer => UnsubscribePacket.Write(buffer, protocol, 10, ["a/+", "b/#"]));
        Add(buffer => SubAckPacket.Write(buffer, protocol, PacketType.UnsubAck, 10, [0, 0x11]));
        Add(buffer => ReasonPacket.Write(buffer, PacketType.Auth, 0x18, [(byte)PropertyId.AuthenticationData, 0, 2, 1, 2]));
        Add(buffer => ControlPacket.WriteDisconnect(buffer, protocol, ReasonCode.PacketTooLarge));
        Add(buffer => ControlPacket.WriteEmpty(buffer, PacketType.PingResp));
        foreach (PacketType type in (PacketType[])[PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp])
        {
            Add(buffer => AckPacket.Write(buffer, type, 513));
        }

        packets.Add([.. packets.SelectMany(packet => packet)]);
        return [.. packets];

        void Add(Action<PacketBuffer> write)
        {
            var buffer = new PacketBuffer();
            write(buffer);
            packets.Add(buffer.Written.ToArray());
        }
    }

    private static ReadOnlySpan<byte> Properties()
    {
        var buffer = new PacketBuffer();
        buffer.WriteProperty(PropertyId.TopicAlias, 3);
        buffer.WriteUserProperty("time"u8, "1700000000000000000"u8);
        buffer.WriteProperty(PropertyId.SubscriptionIdentifier, 300);
        return buffer.Written;
    }
}
