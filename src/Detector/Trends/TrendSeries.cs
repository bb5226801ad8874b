using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Trends;

/// <summary>
/// One quantity of one axis over days, in bounded memory: buckets of time, each the median of its slots' means; the newest of them in a ring behind the run-in, and the median of
/// the first of those, the reference. Event time alone decides what falls where. A shard owns it; its memory is allocated at the first value.
/// </summary>
/// <param name="plan">Lengths.</param>
internal sealed class TrendSeries(TrendPlan plan) : ICheckpointed
{
    private const int Slots = 64;
    private const long Never = long.MinValue;

    private double[]? _sums;
    private int[] _counts = [];
    private long[] _buckets = [];
    private double[] _values = [];
    private double[] _early = [];
    private long _current = Never;
    private long _filled;
    private int _held;
    private int _earlyCount;

    /// <summary>The median of the first buckets behind the run-in; NaN before it is known.</summary>
    public double Reference { get; private set; } = double.NaN;

    /// <summary>Takes a value; true when it ended the bucket before, which is <see cref="LastBucket"/> now.</summary>
    public bool Take(long timeUnixNs, double value)
    {
        if (!double.IsFinite(value))
        {
            return false;
        }

        if (_sums is null)
        {
            (_sums, _counts) = (new double[Slots], new int[Slots]);
            (_buckets, _values, _early) = (new long[plan.RingBuckets], new double[plan.RingBuckets], new double[plan.ReferenceBuckets]);
        }

        // A time just before a boundary may follow one just behind it, where a grid was moved to its stamps.
        long bucket = Math.DivRem(timeUnixNs, plan.BucketNs, out long into);
        (bucket, into) = bucket == _current - 1 ? (_current, 0) : (bucket, into);
        bool ended = false;
        if (bucket < _current)
        {
            SetBack(bucket);
        }
        else if (bucket > _current)
        {
            ended = End();
        }

        _current = bucket;
        int slot = (int)(into * Slots / (Int128)plan.BucketNs);
        _sums[slot] += value;
        _counts[slot]++;
        return ended;
    }

    /// <summary>The newest bucket that ended; its end is the event time of what it decides.</summary>
    public long LastBucket => _buckets[_held - 1];

    /// <summary>Forgets everything: the machine may be another one.</summary>
    public void Restart()
    {
        Clear();
        (_current, _filled, _held, _earlyCount, Reference) = (Never, 0, 0, 0, double.NaN);
    }

    /// <summary>Copies the buckets of the newest stretch of time, oldest first; returns how many there are.</summary>
    /// <param name="buckets">Length of the stretch.</param>
    /// <param name="days">Receives the time of each, in days before the newest.</param>
    /// <param name="values">Receives their values.</param>
    public int Copy(long buckets, Span<double> days, Span<double> values)
    {
        int from = _held;
        while (from > 0 && LastBucket - _buckets[from - 1] < buckets)
        {
            from--;
        }

        for (int i = from; i < _held; i++)
        {
            days[i - from] = (_buckets[i] - LastBucket) * plan.BucketDays;
            values[i - from] = _values[i];
        }

        return _held - from;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_sums is not null);
        if (_sums is null)
        {
            return;
        }

        writer.Write(plan.BucketNs);
        writer.Write(_current);
        writer.Write(_filled);
        writer.Write(Reference);
        for (int i = 0; i < Slots; i++)
        {
            writer.Write(_sums[i]);
            writer.Write(_counts[i]);
        }

        writer.Write(_held);
        for (int i = 0; i < _held; i++)
        {
            writer.Write(_buckets[i]);
            writer.Write(_values[i]);
        }

        writer.Write(_earlyCount);
        foreach (double value in _early.AsSpan(0, _earlyCount))
        {
            writer.Write(value);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        Restart();
        if (!reader.ReadBoolean())
        {
            return reader.IsValid;
        }

        (_sums, _counts) = (new double[Slots], new int[Slots]);
        (_buckets, _values, _early) = (new long[plan.RingBuckets], new double[plan.RingBuckets], new double[plan.ReferenceBuckets]);
        bool fits = reader.ReadInt64() == plan.BucketNs;
        (_current, _filled, Reference) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadDouble());
        for (int i = 0; i < Slots; i++)
        {
            (_sums[i], _counts[i]) = (reader.ReadDouble(), reader.ReadInt32());
        }

        int held = reader.ReadInt32();
        for (int i = 0; i < held && reader.IsValid; i++)
        {
            Push(reader.ReadInt64(), reader.ReadDouble());
        }

        _earlyCount = reader.ReadInt32();
        fits &= _earlyCount >= 0 && _earlyCount <= _early.Length;
        for (int i = 0; i < _earlyCount && fits; i++)
        {
            _early[i] = reader.ReadDouble();
        }

        if (!fits || !reader.IsValid)
        {
            Restart();
            return false;
        }

        return true;
    }

    /// <summary>Ends the present bucket; false where it is empty or belongs to the run-in.</summary>
    private bool End()
    {
        Span<double> means = stackalloc double[Slots];
        int filled = 0;
        for (int i = 0; i < Slots; i++)
        {
            if (_counts[i] > 0)
            {
                means[filled++] = _sums![i] / _counts[i];
            }
        }

        Clear();
        if (filled == 0 || _filled++ < plan.RunInBuckets)
        {
            return false;
        }

        double median = Ranks.Median(means[..filled]);
        Push(_current, median);
        if (_earlyCount < _early.Length)
        {
            _early[_earlyCount++] = median;
            if (_earlyCount == _early.Length)
            {
                Span<double> early = stackalloc double[_early.Length];
                _early.CopyTo(early);
                Reference = Ranks.Median(early);
            }
        }

        return true;
    }

    private void Push(long bucket, double value)
    {
        if (_held == _values.Length)
        {
            // Some hundred bytes once a bucket; a ring that turns would make every reader slower.
            _buckets.AsSpan(1).CopyTo(_buckets);
            _values.AsSpan(1).CopyTo(_values);
            _held--;
        }

        (_buckets[_held], _values[_held]) = (bucket, value);
        _held++;
    }

    /// <summary>The clock was ahead: what lies beyond its present time was not then.</summary>
    private void SetBack(long bucket)
    {
        Clear();
        while (_held > 0 && _buckets[_held - 1] >= bucket)
        {
            _held--;
        }
    }

    private void Clear()
    {
        _sums.AsSpan().Clear();
        _counts.AsSpan().Clear();
    }
}

/// <summary>The lengths of a trend in buckets.</summary>
internal sealed class TrendPlan
{
    /// <summary>Fewest buckets that are a present state.</summary>
    public const int LeastRecent = 3;

    public TrendPlan(TrendOptions options)
    {
        BucketNs = UnixTime.ToNs(options.Bucket);
        BucketDays = options.Bucket / TimeSpan.FromDays(1);
        RunInBuckets = Buckets(options.RunIn);
        ReferenceBuckets = (int)Math.Min(Buckets(options.Reference), TrendOptions.MostBuckets);
        RecentBuckets = (int)Math.Clamp(Buckets(TimeSpan.FromDays(1)), LeastRecent, TrendOptions.MostBuckets);
        RingBuckets = (int)Math.Min(options.Rules.Select(rule => Buckets(rule.Window)).Append(RecentBuckets).Max(), TrendOptions.MostBuckets);
    }

    public long BucketNs { get; }

    public double BucketDays { get; }

    /// <summary>Buckets with values that belong to the run-in.</summary>
    public long RunInBuckets { get; }

    /// <summary>Buckets behind it that are the reference.</summary>
    public int ReferenceBuckets { get; }

    /// <summary>Buckets that are the present state: those of a day, as far as so many are kept.</summary>
    public int RecentBuckets { get; }

    /// <summary>Buckets that are kept.</summary>
    public int RingBuckets { get; }

    /// <summary>The buckets that a time takes.</summary>
    public long Buckets(TimeSpan time) => (long)Math.Ceiling((time.Ticks * (double)TimeSpan.NanosecondsPerTick / BucketNs) - 1e-9);
}
