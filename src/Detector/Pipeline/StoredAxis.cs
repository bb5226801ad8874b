using Thrum.Detector.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>What of an axis's saved state must be known before the state is made that takes it over.</summary>
internal static class StoredAxis
{
    /// <summary>The rate a saved state was cut for; NaN when it is none.</summary>
    public static double ReadSampleRate(ref CheckpointReader reader) =>
        reader.ReadDouble() is var rate && SampleGrid.IsRate(rate) ? rate : double.NaN;

    /// <summary>The revisions of the model and of its shadow that a saved state was scored by; empty for none, and in states of earlier releases.</summary>
    public static (string Live, string Shadow) ReadRevisions(CheckpointReader reader)
    {
        _ = ReadSampleRate(ref reader);
        return (Read(ModelMark.Part, reader), Read(ShadowState.Part, reader));

        static string Read(string part, CheckpointReader parts) => CheckpointParts.TryFind(parts, part, out CheckpointReader section) ? section.ReadString() : "";
    }
}
