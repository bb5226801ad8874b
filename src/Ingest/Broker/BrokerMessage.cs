using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Broker;

/// <summary>A published message, shared by the queues it stands in; never changed.</summary>
/// <param name="Topic">UTF-8.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Properties">The MQTT 5 property block of the publisher, passed on as it came.</param>
/// <param name="Qos">The publisher's QoS.</param>
internal sealed record BrokerMessage(byte[] Topic, byte[] Payload, byte[] Properties, MqttQos Qos)
{
    public static BrokerMessage Copy(in PublishPacket packet) =>
        new(packet.Topic.ToArray(), packet.Payload.ToArray(), packet.Properties.IsEmpty ? [] : packet.Properties.ToArray(), packet.Qos);
}
