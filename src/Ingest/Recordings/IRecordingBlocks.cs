namespace Thrum.Ingest.Recordings;

/// <summary>A recording that is read from front to back, a block at a time, so that it may be larger than memory. Not thread-safe.</summary>
public interface IRecordingBlocks : IDisposable
{
    /// <summary>What the file says, with axes and labels that have no samples. A table's rate and gaps, and what is not finite, stand only after the last block.</summary>
    Recording Head { get; }

    /// <summary>
    /// The next samples of each axis and then of each label column of <see cref="Head"/>; valid until the next call. Null at the end. Axes whose samples alternate in the file have as many
    /// in each block; where one axis stands behind the other (.mat, .npz, .uff, columns of a .npy file) they come so, and the others have none meanwhile.
    /// </summary>
    /// <exception cref="RecordingException">The file is malformed or broken off there, or ended without a sample.</exception>
    IReadOnlyList<ReadOnlyMemory<float>>? Next();
}
