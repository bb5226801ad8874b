using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Pipeline;

/// <summary>Which revision of a model an axis is scored by; a part of its state. A restored axis goes on with it until a command says otherwise.</summary>
internal sealed class ModelMark : ICheckpointed
{
    public const string Part = "model";

    /// <summary>The revision's <see cref="Models.ModelFile.Hash"/>; empty without a model.</summary>
    public string Revision { get; set; } = "";

    public void Save(CheckpointWriter writer) => writer.Write(Revision);

    /// <summary>What was saved chose the lane before the parts were loaded, and the lane tells the revision.</summary>
    public bool TryLoad(ref CheckpointReader reader)
    {
        _ = reader.ReadString();
        return reader.IsValid;
    }
}
