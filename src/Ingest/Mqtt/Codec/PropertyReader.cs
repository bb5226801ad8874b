namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>
/// Walks a property block; with a <see cref="PropertySet"/> it checks that each belongs there and comes once. <see cref="Id"/> names the property that <see cref="TryRead"/> stopped at; its value is in
/// <see cref="Number"/> (integers of every width) or in <see cref="Bytes"/> (text, binary, a user property's value, with
/// <see cref="Name"/> its name).
/// </summary>
internal ref struct PropertyReader(ReadOnlySpan<byte> properties, ulong allowed = PropertySet.Unchecked)
{
    private PacketReader _reader = new(properties);
    private ReadOnlySpan<byte> _from;
    private ulong _seen;

    public PropertyId Id { get; private set; }

    public uint Number { get; private set; }

    public ReadOnlySpan<byte> Bytes { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The whole property as it was encoded, its identifier included.</summary>
    public readonly ReadOnlySpan<byte> Encoded => _from[..^_reader.Remaining];

    public bool TryRead()
    {
        if (_reader.IsAtEnd)
        {
            return false;
        }

        _from = _reader.Rest;
        Id = (PropertyId)_reader.ReadVariable();
        if (allowed != PropertySet.Unchecked)
        {
            CheckPlace();
        }

        switch (PropertyTable.KindOf(Id))
        {
            case PropertyKind.Byte:
                Number = _reader.ReadByte();
                break;
            case PropertyKind.TwoBytes:
                Number = _reader.ReadUInt16();
                break;
            case PropertyKind.FourBytes:
                Number = _reader.ReadUInt32();
                break;
            case PropertyKind.Variable:
                Number = (uint)_reader.ReadVariable();
                break;
            case PropertyKind.Text:
                Bytes = _reader.ReadText();
                break;
            case PropertyKind.Binary:
                Bytes = _reader.ReadBinary();
                break;
            default:
                Name = _reader.ReadText();
                Bytes = _reader.ReadText();
                break;
        }

        return true;
    }

    private void CheckPlace()
    {
        ulong bit = (uint)Id < 64 ? 1UL << (int)Id : 0;
        if ((allowed & bit) == 0)
        {
            throw new MqttProtocolException($"property {(int)Id} where it does not belong");
        }

        // A message of several subscriptions carries the identifier of each.
        bool mayRepeat = Id == PropertyId.UserProperty || (Id == PropertyId.SubscriptionIdentifier && allowed == PropertySet.Publish);
        if ((_seen & bit) != 0 && !mayRepeat)
        {
            throw new MqttProtocolException($"property {(int)Id} twice", ReasonCode.ProtocolError);
        }

        _seen |= bit;
    }
}
