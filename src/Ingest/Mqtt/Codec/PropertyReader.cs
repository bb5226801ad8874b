namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>
/// Walks a property block; with a <see cref="PropertySet"/> it checks that each belongs there and comes once. <see cref="Id"/> names the property that <see cref="TryRead"/> stopped at; its value is in
/// <see cref="Number"/> (integers of every width) or in <see cref="Bytes"/> (text, binary, a user property's value, with
/// <see cref="Name"/> its name).
/// </summary>
internal ref struct PropertyReader(ReadOnlySpan<byte> properties, ulong allowed = PropertySet.Unchecked)
{
    private PacketReader _reader = new(properties);
    private ulong _seen;

    public PropertyId Id { get; private set; }

    public uint Number { get; private set; }

    public ReadOnlySpan<byte> Bytes { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    public bool TryRead()
    {
        if (_reader.IsAtEnd)
        {
            return false;
        }

        Id = (PropertyId)_reader.ReadVariable();
        if (allowed != PropertySet.Unchecked)
        {
            CheckPlace();
        }

        switch (Id)
        {
            case PropertyId.PayloadFormatIndicator or PropertyId.RequestProblemInformation or PropertyId.RequestResponseInformation
                or PropertyId.MaximumQos or PropertyId.RetainAvailable or PropertyId.WildcardSubscriptionAvailable
                or PropertyId.SubscriptionIdentifierAvailable or PropertyId.SharedSubscriptionAvailable:
                Number = _reader.ReadByte();
                break;
            case PropertyId.ServerKeepAlive or PropertyId.ReceiveMaximum or PropertyId.TopicAliasMaximum or PropertyId.TopicAlias:
                Number = _reader.ReadUInt16();
                break;
            case PropertyId.MessageExpiryInterval or PropertyId.SessionExpiryInterval or PropertyId.WillDelayInterval
                or PropertyId.MaximumPacketSize:
                Number = _reader.ReadUInt32();
                break;
            case PropertyId.SubscriptionIdentifier:
                Number = (uint)_reader.ReadVariable();
                break;
            case PropertyId.ContentType or PropertyId.ResponseTopic or PropertyId.AssignedClientIdentifier
                or PropertyId.AuthenticationMethod or PropertyId.ResponseInformation or PropertyId.ServerReference or PropertyId.ReasonString:
                Bytes = _reader.ReadText();
                break;
            case PropertyId.CorrelationData or PropertyId.AuthenticationData:
                Bytes = _reader.ReadBinary();
                break;
            case PropertyId.UserProperty:
                Name = _reader.ReadText();
                Bytes = _reader.ReadText();
                break;
            default:
                throw new MqttProtocolException($"unknown property {(int)Id}");
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
