using static Thrum.Ingest.Mqtt.Codec.PropertyId;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>Which properties a packet may carry (MQTT 5.0, table 2-4): one bit an identifier.</summary>
internal static class PropertySet
{
    /// <summary>For properties that were checked before.</summary>
    public const ulong Unchecked = 0;

    public static readonly ulong Connect = Of(
        SessionExpiryInterval, AuthenticationMethod, AuthenticationData, RequestProblemInformation, RequestResponseInformation,
        ReceiveMaximum, TopicAliasMaximum, UserProperty, MaximumPacketSize);

    public static readonly ulong ConnAck = Of(
        SessionExpiryInterval, AssignedClientIdentifier, ServerKeepAlive, AuthenticationMethod, AuthenticationData, ResponseInformation,
        ServerReference, ReasonString, ReceiveMaximum, TopicAliasMaximum, MaximumQos, RetainAvailable, UserProperty, MaximumPacketSize,
        WildcardSubscriptionAvailable, SubscriptionIdentifierAvailable, SharedSubscriptionAvailable);

    public static readonly ulong Publish = Of(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, SubscriptionIdentifier, TopicAlias, UserProperty);

    public static readonly ulong Will = Of(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, WillDelayInterval, UserProperty);

    public static readonly ulong Subscribe = Of(SubscriptionIdentifier, UserProperty);

    public static readonly ulong Unsubscribe = Of(UserProperty);

    /// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK.</summary>
    public static readonly ulong Acknowledgement = Of(ReasonString, UserProperty);

    public static readonly ulong Disconnect = Of(SessionExpiryInterval, ServerReference, ReasonString, UserProperty);

    public static readonly ulong Auth = Of(AuthenticationMethod, AuthenticationData, ReasonString, UserProperty);

    /// <summary>Checks a whole block.</summary>
    /// <exception cref="MqttProtocolException">A property is malformed, does not belong there, or comes twice.</exception>
    public static void Check(ReadOnlySpan<byte> properties, ulong allowed)
    {
        var reader = new PropertyReader(properties, allowed);
        while (reader.TryRead())
        {
        }
    }

    private static ulong Of(params ReadOnlySpan<PropertyId> ids)
    {
        ulong set = 0;
        foreach (PropertyId id in ids)
        {
            set |= 1UL << (int)id;
        }

        return set;
    }
}
