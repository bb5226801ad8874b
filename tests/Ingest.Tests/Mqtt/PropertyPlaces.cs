using System.Text;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>
/// Table 2-4 of MQTT 5.0, written down again so that the codec's own table is checked against it, and every place of it: packets that carry a block of
/// properties, and the will.
/// </summary>
internal static class PropertyPlaces
{
    /// <summary>A place where properties stand, and what it may hold.</summary>
    public enum Place
    {
        Connect,
        Will,
        ConnAck,
        Publish,
        PubAck,
        PubRec,
        PubRel,
        PubComp,
        Subscribe,
        SubAck,
        Unsubscribe,
        UnsubAck,
        Disconnect,
        Auth,
    }

    private const string Acknowledgements = "PubAck PubRec PubRel PubComp SubAck UnsubAck";

    public static readonly (int Id, PropertyKind Kind, Place[] Places)[] Table =
    [
        Row(1, PropertyKind.Byte, "Publish Will"),
        Row(2, PropertyKind.FourBytes, "Publish Will"),
        Row(3, PropertyKind.Text, "Publish Will"),
        Row(8, PropertyKind.Text, "Publish Will"),
        Row(9, PropertyKind.Binary, "Publish Will"),
        Row(11, PropertyKind.Variable, "Publish Subscribe"),
        Row(17, PropertyKind.FourBytes, "Connect ConnAck Disconnect"),
        Row(18, PropertyKind.Text, "ConnAck"),
        Row(19, PropertyKind.TwoBytes, "ConnAck"),
        Row(21, PropertyKind.Text, "Connect ConnAck Auth"),
        Row(22, PropertyKind.Binary, "Connect ConnAck Auth"),
        Row(23, PropertyKind.Byte, "Connect"),
        Row(24, PropertyKind.FourBytes, "Will"),
        Row(25, PropertyKind.Byte, "Connect"),
        Row(26, PropertyKind.Text, "ConnAck"),
        Row(28, PropertyKind.Text, "ConnAck Disconnect"),
        Row(31, PropertyKind.Text, "ConnAck Disconnect Auth " + Acknowledgements),
        Row(33, PropertyKind.TwoBytes, "Connect ConnAck"),
        Row(34, PropertyKind.TwoBytes, "Connect ConnAck"),
        Row(35, PropertyKind.TwoBytes, "Publish"),
        Row(36, PropertyKind.Byte, "ConnAck"),
        Row(37, PropertyKind.Byte, "ConnAck"),
        Row(38, PropertyKind.Pair, "Connect ConnAck Publish Will Subscribe Unsubscribe Disconnect Auth " + Acknowledgements),
        Row(39, PropertyKind.FourBytes, "Connect ConnAck"),
        Row(40, PropertyKind.Byte, "ConnAck"),
        Row(41, PropertyKind.Byte, "ConnAck"),
        Row(42, PropertyKind.Byte, "ConnAck"),
    ];

    /// <summary>The ids that may stand in a place.</summary>
    public static int[] Of(Place place) => [.. Table.Where(row => row.Places.Contains(place)).Select(row => row.Id)];

    /// <summary>A legal property made of arbitrary values, never one that says what its absence says.</summary>
    public static byte[] Generate(int id, uint number, string name, string value)
    {
        var buffer = new PacketBuffer();
        buffer.WriteByte(id);
        switch (Table.Single(row => row.Id == id).Kind)
        {
            case PropertyKind.Byte:
                // Qos 0 or 1; available or not: not; the others 0 or 1.
                buffer.WriteByte(id is 37 or 40 or 42 ? 0 : (int)(number & 1));
                break;
            case PropertyKind.TwoBytes:
                buffer.WriteUInt16((int)(1 + (number % 65534)));
                break;
            case PropertyKind.FourBytes:
                buffer.WriteUInt32(Math.Max(1, number));
                break;
            case PropertyKind.Variable:
                buffer.WriteVariable((int)Math.Max(1, number & 0x0FFFFFFF));
                break;
            case PropertyKind.Text:
                buffer.WriteText(value);
                break;
            case PropertyKind.Binary:
                buffer.WriteBinary([(byte)number, 0, 0xFF, .. Encoding.UTF8.GetBytes(value)]);
                break;
            default:
                buffer.WriteText(name);
                buffer.WriteText(value);
                break;
        }

        return buffer.Written.ToArray();
    }

    /// <summary>Puts a block into a packet, reads the packet, writes what was read, and gives the block of that.</summary>
    /// <exception cref="MqttProtocolException">The block may not stand there.</exception>
    public static byte[] Carry(Place place, byte[] block)
    {
        var first = new PacketBuffer();
        Write(place, first, block);
        var second = new PacketBuffer();
        switch (place)
        {
            case Place.Connect or Place.Will:
                ConnectPacket.Parse(Body(first)).Write(second);
                break;
            case Place.ConnAck:
                ConnAckPacket.Parse(Body(first), MqttProtocol.V5).Write(second, MqttProtocol.V5);
                break;
            case Place.Publish:
                Write(place, second, PublishPacket.Parse(new Frame(first.Written[0], Body(first), Body(first).Length), MqttProtocol.V5).Properties);
                break;
            case Place.Subscribe:
                Write(place, second, SubscribePacket.Parse(Body(first), MqttProtocol.V5).Properties);
                break;
            case Place.Unsubscribe:
                Write(place, second, UnsubscribePacket.Parse(Body(first), MqttProtocol.V5).Properties);
                break;
            case Place.SubAck or Place.UnsubAck:
                Write(place, second, SubAckPacket.Parse(Body(first), MqttProtocol.V5).Properties);
                break;
            case Place.Disconnect or Place.Auth:
                Write(place, second, ReasonPacket.Parse(Body(first), Enum.Parse<PacketType>(place.ToString())).Properties);
                break;
            default:
                Write(place, second, AckPacket.Parse(Body(first)).Properties);
                break;
        }

        var reader = new PacketReader(Body(second)[Offset(place)..]);
        // Where nothing follows, the length of an empty block may be left out too.
        return reader.IsAtEnd ? [] : reader.ReadProperties().ToArray();
    }

    /// <summary>The properties of a block, each as it is encoded, in an order of their own.</summary>
    public static List<string> Split(ReadOnlySpan<byte> block)
    {
        List<string> properties = [];
        var reader = new PropertyReader(block);
        while (reader.TryRead())
        {
            properties.Add(Convert.ToHexString(reader.Encoded));
        }

        properties.Sort(StringComparer.Ordinal);
        return properties;
    }

    private static void Write(Place place, PacketBuffer buffer, ReadOnlySpan<byte> block)
    {
        switch (place)
        {
            case Place.Connect:
                new ConnectPacket { Protocol = MqttProtocol.V5, ClientId = "", OtherProperties = block.ToArray() }.Write(buffer);
                break;
            case Place.Will:
                new ConnectPacket { Protocol = MqttProtocol.V5, ClientId = "", Will = new MqttWill("t", default), OtherWillProperties = block.ToArray() }.Write(buffer);
                break;
            case Place.ConnAck:
                new ConnAckPacket { OtherProperties = block.ToArray() }.Write(buffer, MqttProtocol.V5);
                break;
            case Place.Publish:
                PublishPacket.Write(buffer, MqttProtocol.V5, "t"u8, [1], MqttQos.AtLeastOnce, 9, 0, block);
                break;
            case Place.Subscribe:
                SubscribePacket.Write(buffer, MqttProtocol.V5, 9, [new("t", MqttQos.AtLeastOnce)], block);
                break;
            case Place.Unsubscribe:
                UnsubscribePacket.Write(buffer, MqttProtocol.V5, 9, ["t"], block);
                break;
            case Place.SubAck or Place.UnsubAck:
                SubAckPacket.Write(buffer, MqttProtocol.V5, Enum.Parse<PacketType>(place.ToString()), 9, [0], block);
                break;
            case Place.Disconnect or Place.Auth:
                ReasonPacket.Write(buffer, Enum.Parse<PacketType>(place.ToString()), 4, block);
                break;
            default:
                AckPacket.Write(buffer, Enum.Parse<PacketType>(place.ToString()), 9, 0x10, block);
                break;
        }
    }

    // Where the block's length stands behind the fixed header.
    private static int Offset(Place place) => place switch
    {
        Place.Connect => 10,
        // Behind the empty block of CONNECT and the empty client id.
        Place.Will => 13,
        Place.Publish => 5,
        Place.Disconnect or Place.Auth => 1,
        Place.PubAck or Place.PubRec or Place.PubRel or Place.PubComp => 3,
        _ => 2,
    };

    private static ReadOnlySpan<byte> Body(PacketBuffer buffer)
    {
        Assert.True(FrameHeader.TryParse(buffer.Written, out FrameHeader header));
        Assert.Equal(buffer.Count, header.Size + header.BodyLength);
        return buffer.Written[header.Size..];
    }

    private static (int Id, PropertyKind Kind, Place[] Places) Row(int id, PropertyKind kind, string places) =>
        (id, kind, [.. places.Split(' ').Select(Enum.Parse<Place>)]);
}
