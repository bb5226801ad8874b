namespace Thrum.Ingest.Recordings;

/// <summary>A recording that is read from front to back, a block at a time, so that it may be larger than memory. Not thread-safe.</summary>
public interface IRecordingBlocks : IDisposable
{
    /// <summary>What the file says, with axes and labels that have no samples. A table's rate stands only after its last block.</summary>
    Recording Head { get; }

    /// <summary>
    /// The next samples of each axis and then of each label column of <see cref="Head"/>, of one length; valid until the next call. Null at the end. Formats that are read whole
    /// (.mat, .npz, .uff) give one block, in which lengths may differ.
    /// </summary>
    /// <exception cref="RecordingException">The file is malformed or broken off there, or ended without a sample.</exception>
    IReadOnlyList<ReadOnlyMemory<float>>? Next();
}
