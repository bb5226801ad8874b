namespace Thrum.Sink;

/// <summary>
/// Counts durations in buckets whose bounds suit a delivery: 1 ms to about 16 s, doubling. Thread-safe; counting allocates nothing.
/// </summary>
public sealed class LatencyHistogram
{
    private static readonly double[] Bounds = [.. Enumerable.Range(0, 15).Select(i => 0.001 * (1 << i))];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _sumTicks;

    /// <summary>Inclusive upper bounds in seconds; one more bucket beyond the last has none.</summary>
    public static IReadOnlyList<double> UpperBoundsSeconds => Bounds;

    /// <summary>Sum of all durations in seconds.</summary>
    public double SumSeconds => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks)).TotalSeconds;

    /// <summary>Counts per bucket, not cumulated, one more than there are bounds.</summary>
    public IReadOnlyList<long> Counts
    {
        get
        {
            long[] counts = new long[_counts.Length];
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] = Volatile.Read(ref _counts[i]);
            }

            return counts;
        }
    }

    /// <summary>Counts one duration.</summary>
    public void Record(TimeSpan duration)
    {
        int bucket = Array.BinarySearch(Bounds, duration.TotalSeconds);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        Interlocked.Add(ref _sumTicks, duration.Ticks);
    }
}
