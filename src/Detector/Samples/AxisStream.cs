namespace Thrum.Detector.Samples;

/// <summary>
/// The resolved handle of an axis: made once when its first message arrives, then carried by reference, so that
/// nothing on the hot path looks up a name. Immutable and safe to share.
/// </summary>
public sealed class AxisStream
{
    internal AxisStream(AxisId id, int slot, int shard)
    {
        Id = id;
        Slot = slot;
        Shard = shard;
    }

    /// <summary>Machine, sensor and axis.</summary>
    public AxisId Id { get; }

    /// <summary>Dense number of this stream in the process, from 0: an index for per-stream state.</summary>
    public int Slot { get; }

    /// <summary>The shard that owns every stream of this machine.</summary>
    public int Shard { get; }
}
