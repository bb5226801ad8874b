using System.Text;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>PINGREQ, PINGRESP and DISCONNECT.</summary>
internal static class ControlPacket
{
    /// <summary>Writes a packet without body.</summary>
    public static void WriteEmpty(PacketBuffer buffer, PacketType type)
    {
        buffer.WriteByte((int)type << 4);
        buffer.WriteByte(0);
    }

    public static void WriteDisconnect(PacketBuffer buffer, MqttProtocol protocol, ReasonCode reason)
    {
        if (protocol == MqttProtocol.V311)
        {
            WriteEmpty(buffer, PacketType.Disconnect);
        }
        else
        {
            ReasonPacket.Write(buffer, PacketType.Disconnect, (int)reason);
        }
    }

    /// <summary>The end of a connection as the peer's DISCONNECT tells it.</summary>
    public static MqttException Ended(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        (string words, string? reference) = ParseDisconnect(body, protocol);
        return reference is null
            ? new MqttException($"the broker ended the connection: {words}")
            : new MqttRedirectException($"the broker ended the connection: {words}, namely {ReasonText.Quote(reference)}", reference);
    }

    /// <summary>The peer's reason in words, and the server that it names instead.</summary>
    public static (string Words, string? ServerReference) ParseDisconnect(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        if (protocol == MqttProtocol.V311 || body.IsEmpty)
        {
            return (ReasonText.Of(0), null);
        }

        var packet = ReasonPacket.Parse(body, PacketType.Disconnect);
        string text = ReasonText.Of(packet.Code);
        string? reference = null;
        var properties = new PropertyReader(packet.Properties);
        while (properties.TryRead())
        {
            if (properties.Id == PropertyId.ReasonString)
            {
                text += ": " + ReasonText.Quote(Encoding.UTF8.GetString(properties.Bytes));
            }
            else if (properties.Id == PropertyId.ServerReference)
            {
                reference = Encoding.UTF8.GetString(properties.Bytes);
            }
        }

        return (text, packet.Code is (int)ReasonCode.UseAnotherServer or (int)ReasonCode.ServerMoved ? reference : null);
    }
}
