namespace Thrum.Detector.Stages;

/// <summary>The closed list of reasons for which a stage drops what it received.</summary>
public enum DropReason : byte
{
    /// <summary>The message has no payload.</summary>
    Empty,

    /// <summary>The message exceeds the size limit.</summary>
    TooLarge,

    /// <summary>The payload's length is no multiple of the sample size.</summary>
    BadLength,

    /// <summary>The payload is not the JSON that was expected.</summary>
    BadJson,

    /// <summary>A sample in the payload is no number.</summary>
    BadNumber,

    /// <summary>The time of the message could not be read.</summary>
    BadTime,

    /// <summary>The sampling rate of the message is not a finite number above 0.</summary>
    BadRate,

    /// <summary>An axis name in the payload is unusable, or there are too many axes.</summary>
    BadAxis,

    /// <summary>No topic template matches.</summary>
    UnknownTopic,

    /// <summary>Neither the message nor the configuration says a sampling rate.</summary>
    NoRate,

    /// <summary>All samples were received before.</summary>
    Duplicate,

    /// <summary>Older than the watermark allows.</summary>
    Late,

    /// <summary>A destination refused the point as malformed.</summary>
    Refused,

    /// <summary>The process ended before delivery and the durability mode does not keep it.</summary>
    Shutdown,

    /// <summary>A bounded outbox was full and its policy is to drop the oldest.</summary>
    Overflow,

    /// <summary>As many axes or topics are known as the limits allow, and the message brings a new one.</summary>
    TooManyStreams,

    /// <summary>It could not be delivered within the age that its destination's settings allow.</summary>
    Expired,

    /// <summary>The payload is not of its topic's format: CSV, line protocol, CBOR, a Thrum block or Sparkplug B.</summary>
    BadPayload,

    /// <summary>The compressed payload cannot be unpacked.</summary>
    BadCompression,

    /// <summary>A Sparkplug message whose metrics only a birth could explain, and it was not seen.</summary>
    NoBirth,

    /// <summary>The unit of the message is not known, or of another quantity than the one declared for its axis.</summary>
    BadUnit,
}

/// <summary>Wire names of <see cref="DropReason"/>.</summary>
public static class DropReasonNames
{
    private static readonly string[] Names =
    [
        "empty", "tooLarge", "badLength", "badJson", "badNumber", "badTime", "badRate", "badAxis", "unknownTopic", "noRate",
        "duplicate", "late", "refused", "shutdown", "overflow", "tooManyStreams", "expired",
        "badPayload", "badCompression", "noBirth", "badUnit",
    ];

    /// <summary>Number of reasons.</summary>
    public static int Count => Names.Length;

    /// <summary>The tag value in metrics and the word in logs.</summary>
    public static string ToWireName(this DropReason reason) => Names[(int)reason];
}
