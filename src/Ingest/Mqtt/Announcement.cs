using System.Text;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>Says on the will's topic that the client is there, or that it goes, since a regular DISCONNECT discards the will.</summary>
internal static class Announcement
{
    /// <exception cref="MqttException">The connection broke.</exception>
    public static ValueTask SayAsync(MqttConnection connection, MqttWill? will, bool isOnline)
    {
        if (will is null || (isOnline && will.OnlinePayload.IsEmpty))
        {
            return ValueTask.CompletedTask;
        }

        lock (connection.Outbound.Gate)
        {
            // [MQTT-3.2.2-14] for the flag. QoS 0: an identifier would belong to the session, which this process does not keep.
            PublishPacket.Write(
                connection.Outbound.Filling,
                connection.Protocol,
                Encoding.UTF8.GetBytes(will.Topic),
                (isOnline ? will.OnlinePayload : will.Payload).Span,
                MqttQos.AtMostOnce,
                0,
                will.Retain && connection.ConnAck.RetainAvailable ? PublishFlags.Retain : PublishFlags.None,
                default);
        }

        return connection.FlushAsync();
    }
}
