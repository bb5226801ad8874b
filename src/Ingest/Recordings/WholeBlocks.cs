namespace Thrum.Ingest.Recordings;

/// <summary>A recording in memory as its one block.</summary>
internal sealed class WholeBlocks(Recording recording) : IRecordingBlocks
{
    private bool _isRead;

    public Recording Head { get; } = recording with { Axes = Bare(recording.Axes), Labels = Bare(recording.Labels) };

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        if (_isRead)
        {
            return null;
        }

        _isRead = true;
        return [.. recording.Axes.Concat(recording.Labels).Select(axis => new ReadOnlyMemory<float>(axis.Samples))];
    }

    public void Dispose()
    {
    }

    private static IReadOnlyList<RecordedAxis> Bare(IReadOnlyList<RecordedAxis> axes) => [.. axes.Select(axis => axis with { Samples = [] })];
}
