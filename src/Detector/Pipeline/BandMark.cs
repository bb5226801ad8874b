using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Pipeline;

/// <summary>The band of speed or load whose levels alarms have; a part of a state.</summary>
internal sealed class BandMark : ICheckpointed
{
    /// <summary>The band; null without bands.</summary>
    public OperatingBand? Band { get; set; }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Band is not null);
        if (Band is not null)
        {
            writer.Write(Band.Name);
            writer.Write(Band.From);
            writer.Write(Band.To);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        Band = reader.ReadBoolean() ? new OperatingBand { Name = reader.ReadString(), From = reader.ReadDouble(), To = reader.ReadDouble() } : null;
        Band = reader.IsValid ? Band : null;
        return reader.IsValid;
    }
}
