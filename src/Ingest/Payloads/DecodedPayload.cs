namespace Thrum.Ingest.Payloads;

/// <summary>What a payload said beside its samples.</summary>
/// <param name="TimeUnixNs">Time of the first sample, ns since the epoch, UTC; null where the payload has no stamp.</param>
/// <param name="RateHz">Sampling rate, Hz; null where the payload does not say.</param>
/// <param name="AxisCount">Entries written to the axes span: at least 1 after a success.</param>
/// <param name="SampleCount">Samples written, all axes together.</param>
public readonly record struct DecodedPayload(long? TimeUnixNs, double? RateHz, int AxisCount, int SampleCount)
{
    /// <summary>Number of the message in its stream, modulo 2³²; null where the payload has none.</summary>
    public uint? Sequence { get; init; }

    /// <summary>True where the payload says that it was sent late on purpose.</summary>
    public bool IsHistorical { get; init; }
}

/// <summary>One axis of a decoded payload.</summary>
/// <param name="Start">Index of its first sample in the caller's memory.</param>
/// <param name="Count">Its samples.</param>
/// <param name="NameStart">Where its UTF-8 name starts in the payload.</param>
/// <param name="NameLength">Bytes of the name; 0: the payload names no axis, the topic does.</param>
public readonly record struct AxisSlice(int Start, int Count, int NameStart, int NameLength)
{
    /// <summary>The axis name inside the payload it was decoded from; empty where there is none.</summary>
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> payload) => payload.Slice(NameStart, NameLength);
}

/// <summary>Counts to engineering units: value = raw · <paramref name="Scale"/> + <paramref name="Offset"/>.</summary>
/// <param name="Scale">Units per count.</param>
/// <param name="Offset">Units at count 0.</param>
public readonly record struct PayloadScaling(double Scale, double Offset)
{
    /// <summary>Samples stay as they are.</summary>
    public static PayloadScaling Identity { get; } = new(1, 0);

    /// <summary>True when nothing is to be computed.</summary>
    public bool IsIdentity => Scale == 1 && Offset == 0;
}
