using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>What a shard keeps of one machine: its axes, and the parts of state that are the machine's own.</summary>
internal sealed class MachineState(string name) : ICheckpointed
{
    /// <summary>Key of its own state in checkpoints.</summary>
    public AxisId Id { get; } = AxisId.OfMachine(name);

    /// <summary>Its axes, in order of appearance.</summary>
    public List<AxisState> Axes { get; } = [];

    /// <summary>The machine's own state.</summary>
    public CheckpointParts Parts { get; } = new();

    /// <summary>True when the machine's own state changed since its last checkpoint.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The last journal record that its own state holds the effect of, as restored; 0 when nothing was.</summary>
    public long RestoredSequence { get; set; }

    public void Save(CheckpointWriter writer) => Parts.Save(writer);

    public bool TryLoad(ref CheckpointReader reader) => Parts.TryLoad(ref reader);
}
