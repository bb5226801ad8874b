namespace Thrum.Training.Data;

/// <summary>Recordings in memory; the samples must not be changed afterwards.</summary>
/// <param name="recordings">Samples of one axis each.</param>
public sealed class MemorySamples(IReadOnlyList<ReadOnlyMemory<float>> recordings) : ISampleSource
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths { get; } = [.. recordings.Select(recording => recording.Length)];

    /// <inheritdoc/>
    public void Read(int recording, int start, Span<float> samples) => recordings[recording].Span.Slice(start, samples.Length).CopyTo(samples);
}
