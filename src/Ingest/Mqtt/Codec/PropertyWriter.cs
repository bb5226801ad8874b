using System.Text;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>Appends properties to a block, each with its identifier.</summary>
internal static class PropertyWriter
{
    /// <summary>A number, in the width of the property; what does not fit is cut.</summary>
    public static void WriteProperty(this PacketBuffer buffer, PropertyId id, uint value)
    {
        buffer.WriteByte((int)id);
        switch (PropertyTable.KindOf(id))
        {
            case PropertyKind.Byte:
                buffer.WriteByte((int)value);
                break;
            case PropertyKind.TwoBytes:
                buffer.WriteUInt16((int)value);
                break;
            case PropertyKind.FourBytes:
                buffer.WriteUInt32(value);
                break;
            case PropertyKind.Variable:
                buffer.WriteVariable((int)value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(id), id, "not a number");
        }
    }

    /// <summary>Text or binary data.</summary>
    public static void WriteProperty(this PacketBuffer buffer, PropertyId id, ReadOnlySpan<byte> value)
    {
        buffer.WriteByte((int)id);
        buffer.WriteBinary(value);
    }

    /// <summary>Text; null writes nothing.</summary>
    public static void WriteProperty(this PacketBuffer buffer, PropertyId id, string? value)
    {
        if (value is not null)
        {
            buffer.WriteProperty(id, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>A user property; both texts are UTF-8.</summary>
    public static void WriteUserProperty(this PacketBuffer buffer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        buffer.WriteProperty(PropertyId.UserProperty, name);
        buffer.WriteBinary(value);
    }

    /// <summary>A whole block behind its length.</summary>
    public static void WriteBlock(this PacketBuffer buffer, ReadOnlySpan<byte> properties)
    {
        buffer.WriteVariable(properties.Length);
        buffer.WriteRaw(properties);
    }
}
