using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Baselines;

/// <summary>
/// The baseline of one axis: what the axis was in its first minutes, and beside a model the windows of its own that the same samples are cut into. It stays when a model comes or goes. Its pieces
/// are parts of the axis's state. A shard owns it.
/// </summary>
internal sealed class AxisBaseline
{
    private const string StatePart = "baseline";
    private const string CollectionPart = "healthy";
    private const string BesidePart = "beside";

    private readonly CheckpointParts _parts;

    /// <param name="lane">Where its windows are scored.</param>
    /// <param name="sampleRateHz">Rate of the axis.</param>
    /// <param name="parts">The parts of the axis's state.</param>
    public AxisBaseline(BaselineLane lane, double sampleRateHz, CheckpointParts parts)
    {
        _parts = parts;
        Lane = lane;
        SampleRateHz = sampleRateHz;
        State = lane.NewState(sampleRateHz);
        parts.Set(StatePart, State);
    }

    public BaselineLane Lane { get; }

    public double SampleRateHz { get; }

    /// <summary>What the axis was in its first minutes.</summary>
    public BaselineState State { get; }

    /// <summary>The healthy windows it keeps to learn a model from; null where it learns none.</summary>
    public HealthyCollection? Collection { get; private set; }

    /// <summary>Its own windows; null where the axis's windows are the baseline's.</summary>
    public BesideWindows? Beside { get; private set; }

    /// <summary>Scores the axis's windows, or those beside a model.</summary>
    /// <param name="isBeside">True where a model scores the axis's windows.</param>
    /// <param name="learns">True where no model is assigned, so that one may be learned.</param>
    /// <param name="gate">Who says whether the machine runs; null when it always counts as running.</param>
    public void Place(bool isBeside, bool learns, OperatingGate? gate)
    {
        Beside = isBeside ? Beside ?? new BesideWindows(Lane, gate?.Another()) : null;
        Collection = learns ? Collection ?? Lane.NewCollection(SampleRateHz) : null;
        Keep(BesidePart, Beside);
        Keep(CollectionPart, Collection);
    }

    /// <summary>Ends it.</summary>
    public void Remove()
    {
        _parts.Remove(StatePart);
        Keep(BesidePart, null);
        Keep(CollectionPart, null);
    }

    private void Keep(string name, ICheckpointed? part)
    {
        if (part is null)
        {
            _parts.Remove(name);
        }
        else
        {
            _parts.Set(name, part);
        }
    }
}
