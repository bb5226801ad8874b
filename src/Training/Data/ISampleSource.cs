namespace Thrum.Training.Data;

/// <summary>Samples of recordings of one axis each, in memory or on disk. Reading is thread-safe.</summary>
public interface ISampleSource
{
    /// <summary>Samples of each recording.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>Copies a stretch.</summary>
    /// <param name="recording">Which.</param>
    /// <param name="start">Its first sample.</param>
    /// <param name="samples">Receives them; all lie inside the recording.</param>
    void Read(int recording, int start, Span<float> samples);
}
