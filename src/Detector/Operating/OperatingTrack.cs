using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>
/// The values of a machine's speed or load in the order of their event times, as far back as windows may need them. A shard owns it; nothing is allocated per value once it
/// has its length.
/// </summary>
internal sealed class OperatingTrack(long timeoutNs, long latenessNs) : ICheckpointed
{
    /// <summary>So many late values in a row are a clock that was set back.</summary>
    public const int ValuesToBelieve = 16;

    private const int MostValues = 4096;
    private const long LeastKeptNs = 120_000_000_000;

    private readonly List<(long UnixNs, float Value)> _values = [];
    private readonly long _keptNs = Math.Max(LeastKeptNs, 4 * timeoutNs);
    private int _lateInARow;

    /// <summary>Time of the newest value; the least there is before the first.</summary>
    public long NewestUnixNs => _values.Count > 0 ? _values[^1].UnixNs : long.MinValue;

    /// <summary>Longest time that a value tells of.</summary>
    public long TimeoutNs => timeoutNs;

    /// <summary>How far messages may overtake each other.</summary>
    public long LatenessNs => latenessNs;

    /// <summary>Takes the values of a block.</summary>
    public BlockOutcome Take(in SampleBlock block, ReadOnlySpan<float> values)
    {
        var grid = new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz);
        BlockOutcome outcome = BlockOutcome.Duplicate;
        for (int i = 0; i < values.Length; i++)
        {
            BlockOutcome one = Add(grid.TimeOf(i), values[i], block.IsHistorical);
            outcome = one == BlockOutcome.Accepted || outcome == BlockOutcome.Accepted ? BlockOutcome.Accepted : one == BlockOutcome.Late ? one : outcome;
        }

        return outcome;
    }

    /// <summary>Takes the value of a moment. What is no number tells nothing, and is left out; what is late and historical tells nothing of the clock.</summary>
    public BlockOutcome Add(long unixNs, float value, bool isHistorical = false)
    {
        if (!float.IsFinite(value))
        {
            return BlockOutcome.Accepted;
        }

        int at = FirstAtOrBehind(unixNs);
        if (at < _values.Count && _values[at].UnixNs == unixNs)
        {
            return BlockOutcome.Duplicate;
        }

        if (_values.Count > 0 && (Int128)unixNs < (Int128)NewestUnixNs - latenessNs)
        {
            if (isHistorical || ++_lateInARow < ValuesToBelieve)
            {
                return BlockOutcome.Late;
            }

            _values.Clear();
            at = 0;
        }

        _lateInARow = 0;
        _values.Insert(at, (unixNs, value));
        Forget();
        return BlockOutcome.Accepted;
    }

    /// <summary>True when what is known of a moment will not change any more.</summary>
    /// <param name="unixNs">The moment.</param>
    /// <param name="reachedUnixNs">How far the axis that asks has come.</param>
    public bool IsSettled(long unixNs, long reachedUnixNs)
    {
        Int128 horizon = (Int128)Math.Max(NewestUnixNs, reachedUnixNs) - latenessNs;
        int at = FirstAtOrBehind(unixNs);
        return (at < _values.Count && _values[at].UnixNs <= horizon) || horizon >= (Int128)unixNs + timeoutNs;
    }

    /// <summary>What the values were from one moment to another, with those before and behind; unknown where they leave a pause that is too long.</summary>
    public OperatingSpan Over(long fromUnixNs, long toUnixNs)
    {
        int first = FirstAtOrBehind(fromUnixNs);
        first -= first < _values.Count && _values[first].UnixNs == fromUnixNs ? 0 : 1;
        int last = FirstAtOrBehind(toUnixNs);
        if (first < 0 || last >= _values.Count)
        {
            return OperatingSpan.Unknown;
        }

        (double least, double greatest) = (_values[first].Value, _values[first].Value);
        for (int i = first + 1; i <= last; i++)
        {
            if ((Int128)_values[i].UnixNs - _values[i - 1].UnixNs > timeoutNs)
            {
                return OperatingSpan.Unknown;
            }

            least = Math.Min(least, _values[i].Value);
            greatest = Math.Max(greatest, _values[i].Value);
        }

        return new OperatingSpan(least, greatest);
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_lateInARow);
        writer.Write(_values.Count);
        foreach ((long unixNs, float value) in _values)
        {
            writer.Write(unixNs);
            writer.Write((double)value);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _values.Clear();
        _lateInARow = reader.ReadInt32();
        int count = reader.ReadInt32();
        bool fits = _lateInARow is >= 0 and < ValuesToBelieve && count is >= 0 and <= MostValues;
        for (int i = 0; fits && i < count; i++)
        {
            (long unixNs, float value) = (reader.ReadInt64(), (float)reader.ReadDouble());
            fits = reader.IsValid && float.IsFinite(value) && (_values.Count == 0 || unixNs > NewestUnixNs);
            _values.Add((unixNs, value));
        }

        if (!fits)
        {
            _values.Clear();
            _lateInARow = 0;
        }

        return fits;
    }

    /// <summary>Drops values that no window asks for any more. An eighth at a time, so that they are not moved with every value.</summary>
    private void Forget()
    {
        int old = 0;
        while (old < _values.Count - 1 && (Int128)_values[old + 1].UnixNs < (Int128)NewestUnixNs - _keptNs)
        {
            old++;
        }

        old = _values.Count > MostValues ? Math.Max(old, MostValues / 8) : old >= _values.Count / 8 ? old : 0;
        _values.RemoveRange(0, old);
    }

    private int FirstAtOrBehind(long unixNs)
    {
        int low = 0, high = _values.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _values[middle].UnixNs < unixNs ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
