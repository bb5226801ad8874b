namespace Thrum.Detector.Stages;

/// <summary>How often each <see cref="GridEvent"/> happened, over all axes of a pipeline. Thread-safe; counting allocates nothing.</summary>
public sealed class GridCounters
{
    private readonly long[] _counts = new long[GridEventNames.Count];

    /// <summary>So far: times or samples, see <see cref="GridEventNames.IsInSamples"/>.</summary>
    public long Of(GridEvent gridEvent) => Volatile.Read(ref _counts[(int)gridEvent]);

    /// <summary>Counts an event.</summary>
    public void Add(GridEvent gridEvent, long count = 1) => Interlocked.Add(ref _counts[(int)gridEvent], count);
}
