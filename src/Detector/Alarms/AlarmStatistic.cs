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
        _last[_at] = value;
        _at = (byte)(_at + 1 == Of ? 0 : _at + 1);
        _seen = (byte)Math.Min(_seen + 1, Of);
        if (_seen < _count)
        {
            return float.NegativeInfinity;
        }

        if (Of == 1)
        {
            return value;
        }

        Span<float> sorted = stackalloc float[_seen];
        _last.AsSpan(0, _seen).CopyTo(sorted);
        sorted.Sort();
        return sorted[_seen - _count];
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
