using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Alarms;

/// <summary>
/// The k-th largest of the last n values: what a rule compares with its levels. A part of the alarm that owns it, not an object: every axis has some. Not thread-safe; nothing is
/// allocated per value.
/// </summary>
/// <param name="count">k, 1 to n.</param>
/// <param name="of">n, at most 64.</param>
internal struct AlarmStatistic(int count, int of)
{
    private readonly float[] _last = new float[of];
    private readonly byte _count = (byte)count;
    private byte _seen;
    private byte _at;

    private readonly int Of => _last.Length;

    /// <summary>Takes the next value; −∞ until k values were seen.</summary>
    public float Next(float value)
    {
        float statistic = Peek(value);
        _last[_at] = value;
        _at = (byte)(_at + 1 == Of ? 0 : _at + 1);
        _seen = (byte)Math.Min(_seen + 1, Of);
        return statistic;
    }

    /// <summary>What <see cref="Next"/> would give, without taking the value.</summary>
    public readonly float Peek(float value)
    {
        int seen = Math.Min(_seen + 1, Of);
        if (seen < _count)
        {
            return float.NegativeInfinity;
        }

        // The k largest, the largest first; a NaN is less than any number.
        Span<float> largest = stackalloc float[_count];
        int held = 0;
        for (int i = 0; i < seen; i++)
        {
            // Until the ring is full, the next place is the first behind those seen.
            float each = i == _at ? value : _last[i];
            if (held == _count && each.CompareTo(largest[^1]) <= 0)
            {
                continue;
            }

            int at = held < _count ? held++ : held - 1;
            for (; at > 0 && each.CompareTo(largest[at - 1]) > 0; at--)
            {
                largest[at] = largest[at - 1];
            }

            largest[at] = each;
        }

        return largest[^1];
    }

    /// <summary>The values that count, oldest first.</summary>
    public readonly float[] Recent()
    {
        var recent = new float[_seen];
        for (int i = 0; i < _seen; i++)
        {
            recent[i] = _last[(_at - _seen + i + Of) % Of];
        }

        return recent;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => (_seen, _at) = (0, 0);

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write((int)_at);
        writer.Write(_last.AsSpan(0, _seen));
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        int at = reader.ReadInt32(), seen = reader.ReadSingles(_last);

        // The ring turns only once it is full; the place after the last one is the first again.
        bool fits = reader.IsValid && (seen < Of ? at == seen : at >= 0 && at < Of);
        (_seen, _at) = fits ? ((byte)seen, (byte)at) : default;
        return fits;
    }
}
