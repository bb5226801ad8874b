namespace Thrum.Detector.Protobuf;

/// <summary>How a field of a Protocol Buffers message is written; groups, which no schema uses any more, are not taken.</summary>
public enum WireType
{
    /// <summary>A number of 1 to 10 bytes.</summary>
    Varint = 0,

    /// <summary>8 bytes, little endian.</summary>
    Fixed64 = 1,

    /// <summary>A length and as many bytes: a text, bytes, a message or a packed list.</summary>
    Bytes = 2,

    /// <summary>4 bytes, little endian.</summary>
    Fixed32 = 5,
}
