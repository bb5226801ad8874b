using System.Text;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Pipeline;

/// <summary>Offers a handler messages as a session does.</summary>
internal static class Messages
{
    public static PublishVerdict Offer(IMessageHandler handler, string topic, byte[] payload, params (string Name, string Value)[] properties)
    {
        var block = new PacketBuffer();
        foreach ((string name, string value) in properties)
        {
            block.WriteByte((int)PropertyId.UserProperty);
            block.WriteText(name);
            block.WriteText(value);
        }

        var packet = new PacketBuffer();
        PublishPacket.Write(packet, MqttProtocol.V5, Encoding.UTF8.GetBytes(topic), payload, MqttQos.AtMostOnce, 0, PublishFlags.None, block.Written);
        ReadOnlySpan<byte> bytes = packet.Written;
        int header = 2;
        while (bytes[header - 1] >= 0x80)
        {
            header++;
        }

        var parsed = PublishPacket.Parse(new Frame(bytes[0], bytes[header..], bytes.Length - header), MqttProtocol.V5);
        return handler.OnPublish(new PublishView(parsed, parsed.Topic, 1));
    }
}
