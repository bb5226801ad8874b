namespace Thrum.Detector.Checkpoints;

/// <summary>Part of the state of an axis or a machine that outlives the process.</summary>
internal interface ICheckpointed
{
    /// <summary>Writes the state. What is written depends on the samples seen only, never on wall time.</summary>
    void Save(CheckpointWriter writer);

    /// <summary>
    /// Takes over a saved state. False when what was read does not fit, because it is damaged or the settings changed; the object is
    /// then as new. It judges every value that it could not have written itself, and <see cref="CheckpointReader.IsValid"/> at the end.
    /// </summary>
    bool TryLoad(ref CheckpointReader reader);
}
