namespace Thrum.Detector.Stages;

/// <summary>A message or point that could not be used, kept so that a person can look at it and send it again.</summary>
/// <param name="Kind"><c>message</c> or <c>point</c>.</param>
/// <param name="Source">The topic, or the destination.</param>
/// <param name="Reason">Why it was dropped.</param>
/// <param name="Detail">What exactly was wrong, in words.</param>
/// <param name="ReceivedUnixNs">When it came, ns since 1970-01-01 UTC.</param>
/// <param name="Properties">User properties, <c>name=value</c> a line; empty for none.</param>
/// <param name="Bytes">Length of its payload.</param>
/// <param name="Payload">Its payload, or the beginning of one that is too long to keep.</param>
public sealed record DeadLetter(
    string Kind, string Source, DropReason Reason, string Detail, long ReceivedUnixNs, string Properties, long Bytes, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Kind of an undecodable message.</summary>
    public const string Message = "message";

    /// <summary>Kind of points that a destination refused: lines of line protocol.</summary>
    public const string Point = "point";

    /// <summary>Most bytes of a payload that are kept.</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>True when the whole payload was kept, so that it can be sent again.</summary>
    public bool IsWhole => Payload.Length == Bytes;
}

/// <summary>
/// Keeps dead letters. Bounded in number and bytes: the oldest go, and under a flood most are not taken at all, so that a device that
/// sends nonsense wears out no flash.
/// </summary>
public interface IDeadLetterStore
{
    /// <summary>
    /// True when a letter offered now would be taken; asked before one is made, for making it costs an allocation. Thread-safe, never waits.
    /// </summary>
    bool HasRoom { get; }

    /// <summary>Offers a letter; it is stored soon. False: there was no room. Thread-safe, never waits.</summary>
    bool TryAdd(DeadLetter letter);
}
