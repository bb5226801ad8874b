using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Alarms;

/// <summary>The k-th largest of the last n values: what a rule compares with its levels. Not thread-safe; nothing is allocated per value.</summary>
/// <param name="count">k, 1 to n.</param>
/// <param name="of">n, at most 64.</param>
internal sealed class AlarmStatistic(int count, int of) : ICheckpointed
{
    private readonly float[] _last = new float[of];
    private int _seen;
    private int _at;

    /// <summary>Takes the next value; −∞ until k values were seen.</summary>
    public float Next(float value)
    {
        float statistic = Peek(value);
        _last[_at] = value;
        _at = _at + 1 == of ? 0 : _at + 1;
        _seen = Math.Min(_seen + 1, of);
        return statistic;
    }

    /// <summary>What <see cref="Next"/> would give, without taking the value.</summary>
    public float Peek(float value)
    {
        int seen = Math.Min(_seen + 1, of);
        if (seen < count)
        {
            return float.NegativeInfinity;
        }

        if (of == 1)
        {
            return value;
        }

        // Until the ring is full, the next place is the first behind those seen.
        Span<float> sorted = stackalloc float[seen];
        _last.AsSpan(0, seen).CopyTo(sorted);
        sorted[_at] = value;
        sorted.Sort();
        return sorted[seen - count];
    }

    /// <summary>The values that count, oldest first.</summary>
    public float[] Recent()
    {
        var recent = new float[_seen];
        for (int i = 0; i < _seen; i++)
        {
            recent[i] = _last[(_at - _seen + i + of) % of];
        }

        return recent;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => (_seen, _at) = (0, 0);

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_at);
        writer.Write(_last.AsSpan(0, _seen));
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _at = reader.ReadInt32();
        _seen = reader.ReadSingles(_last);

        // The ring turns only once it is full; the place after the last one is the first again.
        bool fits = reader.IsValid && (_seen < of ? _at == _seen : _at >= 0 && _at < of);
        if (!fits)
        {
            Clear();
        }

        return fits;
    }
}
