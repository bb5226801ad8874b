using Thrum.Spectral.Units;

namespace Thrum.Ingest.Replay;

/// <summary>How samples are published.</summary>
public sealed record ReplayOptions
{
    /// <summary>Samples per message.</summary>
    public int BlockSamples { get; init; } = 1024;

    /// <summary>How many times faster than recorded; infinity for as fast as the broker takes it.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Time of the first sample, ns since 1970-01-01 UTC.</summary>
    public required long StartUnixNs { get; init; }

    /// <summary>Quality of service, 0 or 1.</summary>
    public int Qos { get; init; }

    /// <summary>How many times the recording is played, its time going on.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>What happens to messages on their way; nothing by default.</summary>
    public LinkFaults Faults { get; init; } = new();
}

/// <summary>One axis to publish.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Samples">The samples.</param>
public sealed record ReplayAxis(string Topic, float[] Samples)
{
    /// <summary>Unit of the samples, sent as the user property <c>unit</c>; null where it is not known.</summary>
    public VibrationUnit? Unit { get; init; }
}
