using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Commands;

/// <summary>Whether a machine is under maintenance; a part of its state.</summary>
internal sealed class MaintenanceMode : ICheckpointed
{
    public bool IsOn { get; set; }

    public void Save(CheckpointWriter writer) => writer.Write((byte)(IsOn ? 1 : 0));

    public bool TryLoad(ref CheckpointReader reader)
    {
        byte flag = reader.ReadByte();
        bool fits = reader.IsValid && flag <= 1;
        IsOn = fits && flag == 1;
        return fits;
    }
}
