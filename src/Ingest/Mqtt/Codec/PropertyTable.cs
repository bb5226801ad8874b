using static Thrum.Ingest.Mqtt.Codec.PropertyId;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>How a property's value is written.</summary>
internal enum PropertyKind
{
    Byte,
    TwoBytes,
    FourBytes,
    Variable,
    Text,
    Binary,
    Pair,
}

/// <summary>The kind of each property's value (MQTT 5.0, table 2-4).</summary>
internal static class PropertyTable
{
    /// <exception cref="MqttProtocolException">There is no such property.</exception>
    public static PropertyKind KindOf(PropertyId id) => id switch
    {
        PayloadFormatIndicator or RequestProblemInformation or RequestResponseInformation or MaximumQos or RetainAvailable
            or WildcardSubscriptionAvailable or SubscriptionIdentifierAvailable or SharedSubscriptionAvailable => PropertyKind.Byte,
        ServerKeepAlive or ReceiveMaximum or TopicAliasMaximum or TopicAlias => PropertyKind.TwoBytes,
        MessageExpiryInterval or SessionExpiryInterval or WillDelayInterval or MaximumPacketSize => PropertyKind.FourBytes,
        SubscriptionIdentifier => PropertyKind.Variable,
        ContentType or ResponseTopic or AssignedClientIdentifier or AuthenticationMethod or ResponseInformation or ServerReference
            or ReasonString => PropertyKind.Text,
        CorrelationData or AuthenticationData => PropertyKind.Binary,
        UserProperty => PropertyKind.Pair,
        _ => throw new MqttProtocolException($"unknown property {(int)id}"),
    };
}
