namespace Thrum.Detector.Calibration;

/// <summary>
/// Ranks of a stream of numbers in bounded memory (compactors as in Manku, Rajagopalan and Lindsay 1998, and Karnin, Lang and Liberty 2016, without their sampling): a full level is sorted and every
/// second number goes up, where it counts twice; which of two goes is alternated, never drawn. A compaction moves no rank by more than the weight of its level, so no rank is off by more than
/// <see cref="MostRankError"/>. The same stream gives the same ranks. Not thread-safe.
/// </summary>
internal sealed class QuantileSketch
{
    private readonly int _capacity;
    private readonly List<Level> _levels = [];

    /// <param name="capacity">Numbers per level; even.</param>
    public QuantileSketch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % 2, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _capacity = capacity;
        _levels.Add(new Level(capacity));
    }

    /// <summary>Numbers taken.</summary>
    public long Count { get; private set; }

    /// <summary>The most by which a rank can be off: a share of 1/capacity for each level that was compacted.</summary>
    public long MostRankError => (_levels.Count - 1) * (Count / _capacity);

    /// <summary>Takes a number.</summary>
    public void Add(float value)
    {
        Count++;
        Level level = _levels[0];
        level.Values[level.Filled++] = value;
        for (int i = 0; _levels[i].Filled == _capacity; i++)
        {
            if (i + 1 == _levels.Count)
            {
                _levels.Add(new Level(_capacity));
            }

            Compact(_levels[i], _levels[i + 1]);
        }
    }

    /// <summary>The numbers at ascending ranks, counted from 0.</summary>
    public float[] At(IReadOnlyList<long> ranks)
    {
        (float Value, long Weight)[] weighted =
            [.. _levels.SelectMany((level, i) => level.Values.Take(level.Filled).Select(value => (value, 1L << i))).OrderBy(entry => entry.value)];
        float[] found = new float[ranks.Count];
        long below = 0;
        for (int i = 0, at = 0; i < found.Length; i++)
        {
            while (below + weighted[at].Weight <= ranks[i])
            {
                below += weighted[at++].Weight;
            }

            found[i] = weighted[at].Value;
        }

        return found;
    }

    // A level never holds more than its capacity: what comes from below is half of that, and it was compacted when it was full.
    private void Compact(Level from, Level to)
    {
        from.Values.AsSpan().Sort();
        for (int i = from.TakesSecond ? 1 : 0; i < _capacity; i += 2)
        {
            to.Values[to.Filled++] = from.Values[i];
        }

        from.TakesSecond = !from.TakesSecond;
        from.Filled = 0;
    }

    private sealed class Level(int capacity)
    {
        public float[] Values { get; } = new float[capacity];

        public int Filled { get; set; }

        public bool TakesSecond { get; set; }
    }
}
