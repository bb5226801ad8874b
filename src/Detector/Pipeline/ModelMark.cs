using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Pipeline;

/// <summary>Which revision of a model an axis is scored by; a part of its state. A restored axis goes on with it until a command says otherwise.</summary>
/// <param name="revision">The revision's <see cref="Models.ModelFile.Hash"/>; empty without a model.</param>
internal sealed class ModelMark(string revision) : ICheckpointed
{
    public const string Part = "model";

    public void Save(CheckpointWriter writer) => writer.Write(revision);

    /// <summary>What was saved chose the lane before the parts were loaded, and the lane tells the revision.</summary>
    public bool TryLoad(ref CheckpointReader reader)
    {
        _ = reader.ReadString();
        return reader.IsValid;
    }
}
