namespace Thrum.Gateway.Telemetry;

/// <summary>Counts values in buckets. Thread-safe; counting allocates nothing.</summary>
/// <param name="upperBounds">Inclusive upper bounds, ascending; one more bucket beyond the last has none.</param>
internal sealed class HistogramReading(IReadOnlyList<double> upperBounds)
{
    private readonly double[] _bounds = [.. upperBounds];
    private readonly long[] _counts = new long[upperBounds.Count + 1];
    private double _sum;

    public IReadOnlyList<double> UpperBounds => _bounds;

    /// <summary>Sum of all values.</summary>
    public double Sum => Volatile.Read(ref _sum);

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

    /// <summary>The value that a share of all did not exceed, spread evenly within its bucket; null before the first, the last bound beyond it.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public double? Quantile(double share)
    {
        IReadOnlyList<long> counts = Counts;
        double rank = share * counts.Sum(), below = 0;
        if (rank <= 0)
        {
            return null;
        }

        for (int i = 0; i < _bounds.Length; i++)
        {
            if (below + counts[i] >= rank)
            {
                double lower = i > 0 ? _bounds[i - 1] : 0;
                return lower + ((_bounds[i] - lower) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return _bounds[^1];
    }

    public void Add(double value)
    {
        int bucket = Array.BinarySearch(_bounds, value);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        double before, now = Volatile.Read(ref _sum);
        do
        {
            before = now;
            now = Interlocked.CompareExchange(ref _sum, before + value, before);
        }
        while (!now.Equals(before));
    }
}
