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
        if (protocol == MqttProtocol.V311 || reason == ReasonCode.Success)
        {
            WriteEmpty(buffer, PacketType.Disconnect);
            return;
        }

        buffer.WriteByte((int)PacketType.Disconnect << 4);
        buffer.WriteByte(1);
        buffer.WriteByte((int)reason);
    }

    /// <summary>The peer's reason in words.</summary>
    public static string ParseDisconnect(ReadOnlySpan<byte> body, MqttProtocol protocol)
    {
        if (protocol == MqttProtocol.V311 || body.IsEmpty)
        {
            return ReasonText.Of(0);
        }

        var reader = new PacketReader(body);
        string text = ReasonText.Of(reader.ReadByte());
        if (reader.IsAtEnd)
        {
            return text;
        }

        var properties = new PropertyReader(reader.ReadProperties());
        while (properties.TryRead())
        {
            if (properties.Id == PropertyId.ReasonString)
            {
                text += ": " + ReasonText.Quote(Encoding.UTF8.GetString(properties.Bytes));
            }
        }

        return text;
    }
}
