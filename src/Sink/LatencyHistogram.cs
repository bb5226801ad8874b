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

    /// <summary>The duration in seconds that a share of all did not exceed, spread evenly within its bucket; null before the first, the last bound beyond it.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public double? Quantile(double share)
    {
        IReadOnlyList<long> counts = Counts;
        double rank = share * counts.Sum(), below = 0;
        if (rank <= 0)
        {
            return null;
        }

        for (int i = 0; i < Bounds.Length; i++)
        {
            if (below + counts[i] >= rank)
            {
                double lower = i > 0 ? Bounds[i - 1] : 0;
                return lower + ((Bounds[i] - lower) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return Bounds[^1];
    }

    /// <summary>Counts one duration.</summary>
    public void Record(TimeSpan duration)
    {
        int bucket = Array.BinarySearch(Bounds, duration.TotalSeconds);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        Interlocked.Add(ref _sumTicks, duration.Ticks);
    }
}
