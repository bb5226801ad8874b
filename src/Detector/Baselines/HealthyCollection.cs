using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Baselines;

/// <summary>
/// Counts the healthy-looking windows of an axis and says which to keep; the windows themselves leave with the scores. A shard owns it.
/// </summary>
internal sealed class HealthyCollection(LearningPlan plan) : ICheckpointed
{
    private bool _continues;

    public LearningPlan Plan { get; } = plan;

    /// <summary>Healthy windows seen.</summary>
    public int Seen { get; private set; }

    /// <summary>Windows left out because they did not look healthy.</summary>
    public long LeftOut { get; private set; }

    /// <summary>True once nothing more is wanted.</summary>
    public bool IsComplete => Seen >= Plan.SeenWindows;

    /// <summary>Takes note of a window; its place among those to keep, or −1.</summary>
    /// <param name="isHealthy">Whether it looks healthy.</param>
    /// <param name="continues">Whether the window right before it was kept too.</param>
    public int Next(bool isHealthy, out bool continues)
    {
        continues = _continues;
        _continues = false;
        if (!isHealthy)
        {
            LeftOut++;
            return -1;
        }

        int index = Plan.IndexOf(Seen++);
        _continues = index >= 0;
        return index;
    }

    /// <summary>A window without a score came: what follows does not continue what was before.</summary>
    public void Break() => _continues = false;

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Plan.TrainingWindows);
        writer.Write(Plan.Stride);
        writer.Write(Plan.HeldOutWindows);
        writer.Write(Seen);
        writer.Write(LeftOut);
        writer.Write(_continues);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        var saved = new LearningPlan(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        int seen = reader.ReadInt32();
        long leftOut = reader.ReadInt64();
        bool continues = reader.ReadBoolean();
        if (!reader.IsValid || !reader.IsAtEnd || saved != Plan || seen < 0 || leftOut < 0)
        {
            return false;
        }

        (Seen, LeftOut, _continues) = (seen, leftOut, continues);
        return true;
    }
}
