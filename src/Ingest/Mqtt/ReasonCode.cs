namespace Thrum.Ingest.Mqtt;

/// <summary>Reason codes that this program sends or treats specially (MQTT 5.0, table 2-6).</summary>
internal enum ReasonCode
{
    Success = 0x00,
    NoMatchingSubscribers = 0x10,
    NoSubscriptionExisted = 0x11,
    UnspecifiedError = 0x80,
    MalformedPacket = 0x81,
    ProtocolError = 0x82,
    UnsupportedProtocolVersion = 0x84,
    BadUserNameOrPassword = 0x86,
    NotAuthorized = 0x87,
    ServerShuttingDown = 0x8B,
    KeepAliveTimeout = 0x8D,
    SessionTakenOver = 0x8E,
    TopicFilterInvalid = 0x8F,
    TopicNameInvalid = 0x90,
    PacketIdentifierNotFound = 0x92,
    ReceiveMaximumExceeded = 0x93,
    TopicAliasInvalid = 0x94,
    PacketTooLarge = 0x95,
    UseAnotherServer = 0x9C,
    ServerMoved = 0x9D,
}

/// <summary>Reason codes in words.</summary>
internal static class ReasonText
{
    /// <summary>The specification's name for an MQTT 5 reason code, with its number.</summary>
    public static string Of(int code) => code switch
    {
        0x00 => "normal disconnection",
        0x80 => "unspecified error (0x80)",
        0x81 => "malformed packet (0x81)",
        0x82 => "protocol error (0x82)",
        0x83 => "implementation specific error (0x83)",
        0x84 => "unsupported protocol version (0x84)",
        0x85 => "client identifier not valid (0x85)",
        0x86 => "bad user name or password (0x86)",
        0x87 => "not authorized (0x87)",
        0x88 => "server unavailable (0x88)",
        0x89 => "server busy (0x89)",
        0x8A => "banned (0x8A)",
        0x8B => "server shutting down (0x8B)",
        0x8C => "bad authentication method (0x8C)",
        0x8D => "keep alive timeout (0x8D)",
        0x8E => "session taken over by another client with the same client id (0x8E)",
        0x8F => "topic filter invalid (0x8F)",
        0x90 => "topic name invalid (0x90)",
        0x93 => "receive maximum exceeded (0x93)",
        0x94 => "topic alias invalid (0x94)",
        0x95 => "packet too large (0x95)",
        0x97 => "quota exceeded (0x97)",
        0x98 => "administrative action (0x98)",
        0x9A => "retain not supported (0x9A)",
        0x9B => "QoS not supported (0x9B)",
        0x9C => "use another server (0x9C)",
        0x9D => "server moved (0x9D)",
        0x9E => "shared subscriptions not supported (0x9E)",
        0x9F => "connection rate exceeded (0x9F)",
        0xA1 => "subscription identifiers not supported (0xA1)",
        0xA2 => "wildcard subscriptions not supported (0xA2)",
        _ => $"reason 0x{code:X2}",
    };

    /// <summary>A peer's words in quotes, without control characters, cut at 200 characters.</summary>
    public static string Quote(string words)
    {
        string shown = words.Length > 200 ? words[..200] + "…" : words;
        return $"\"{string.Concat(shown.Select(c => char.IsControl(c) ? ' ' : c))}\"";
    }

    /// <summary>A CONNACK return code of MQTT 3.1.1 as the MQTT 5 code of the same meaning.</summary>
    public static int FromV311ConnAck(int code) => code switch
    {
        0 => 0x00,
        1 => 0x84,
        2 => 0x85,
        3 => 0x88,
        4 => 0x86,
        5 => 0x87,
        _ => 0x80,
    };
}
