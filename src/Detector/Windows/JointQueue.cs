using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>
/// Samples of one axis that wait for those of the other axes: a run for each of the axis's sample grids, oldest first. What is asked and
/// dropped is the front run. Not thread-safe; its memory grows to what once had to wait.
/// </summary>
internal sealed class JointQueue : ICheckpointed
{
    private const int MostRuns = 1 << 20;

    private readonly List<Run> _runs = [];
    private float[] _samples = [];
    private int _head;
    private int _total;

    /// <summary>Samples that wait.</summary>
    public int Total => _total;

    /// <summary>Name of the axis; empty while none has taken the place.</summary>
    public string Axis { get; set; } = "";

    /// <summary>Samples of the front run.</summary>
    public int Count => _runs.Count > 0 ? _runs[0].Count : 0;

    /// <summary>True when the front run gets no more samples.</summary>
    public bool IsEnded => _runs.Count > 0 && (_runs[0].IsEnded || _runs.Count > 1);

    /// <summary>True until the axis's first sample.</summary>
    public bool IsNew => _runs.Count == 0;

    /// <summary>Grid of the front run.</summary>
    public SampleGrid Grid => _runs[0].Grid;

    /// <summary>Index of the first sample on its grid.</summary>
    public long First => _runs[0].First;

    /// <summary>The first samples of the front run, at most <see cref="Count"/>.</summary>
    public ReadOnlySpan<float> Samples(int count) => _samples.AsSpan(_head, Math.Min(count, Count));

    /// <summary>Time of the front run's sample <paramref name="index"/>, counted from the first.</summary>
    public long TimeOf(int index) => Grid.TimeOf(First + index);

    /// <summary>True when what is here ends after a time.</summary>
    public bool EndsAfter(Int128 unixNs) => _runs.Count > 0 && _runs[^1].Grid.TimeOf(_runs[^1].First + _runs[^1].Count) > unixNs;

    /// <summary>Appends the next samples of the axis.</summary>
    public void Append(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
        if (_runs.Count == 0 || !_runs[^1].Continues(grid, firstIndex))
        {
            _runs.Add(new Run(grid, firstIndex));
        }

        Run run = _runs[^1];
        run.Grid = grid;
        run.Count += samples.Length;
        samples.CopyTo(Reserve(samples.Length));
    }

    /// <summary>The axis's grid ended.</summary>
    public void End()
    {
        if (_runs.Count > 0)
        {
            _runs[^1].IsEnded = true;
        }
    }

    /// <summary>Drops the first samples of the front run, as many as are there, and says how many.</summary>
    public int Drop(long count)
    {
        int dropped = (int)Math.Min(count, Count);
        if (dropped > 0)
        {
            _runs[0].First += dropped;
            _runs[0].Count -= dropped;
            _head += dropped;
            _total -= dropped;
        }

        return dropped;
    }

    /// <summary>Goes on to the next run while the front one is used up; false when there are no samples.</summary>
    public bool TryAdvance()
    {
        while (_runs.Count > 1 && _runs[0].Count == 0)
        {
            _runs.RemoveAt(0);
        }

        return Count > 0;
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        _runs.Clear();
        (_head, _total) = (0, 0);
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_runs.Count);
        foreach (Run run in _runs)
        {
            writer.Write(run.Grid.OriginUnixNs);
            writer.Write(run.Grid.SampleRateHz);
            writer.Write(run.First);
            writer.Write(run.Count);
            writer.Write(run.IsEnded);
        }

        writer.Write(_samples.AsSpan(_head, _total));
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        Clear();
        int runs = reader.ReadInt32();
        bool fits = runs is >= 0 and <= MostRuns;
        long total = 0;
        for (int i = 0; i < runs && fits && reader.IsValid; i++)
        {
            long origin = reader.ReadInt64();
            double rate = reader.ReadDouble();
            fits = SampleGrid.IsRate(rate);
            var run = new Run(new SampleGrid(origin, fits ? rate : 1), reader.ReadInt64()) { Count = reader.ReadInt32(), IsEnded = reader.ReadBoolean() };
            fits &= run.First >= 0 && run.Count >= 0;
            total += run.Count;
            _runs.Add(run);
        }

        CheckpointReader ahead = reader;
        fits &= reader.IsValid && total == ahead.ReadInt32() && total <= ahead.Remaining / sizeof(float);
        if (!fits)
        {
            Clear();
            return false;
        }

        reader.ReadSingles(Reserve((int)total));
        return reader.IsValid;
    }

    /// <summary>Room for so many samples behind the others.</summary>
    private Span<float> Reserve(int count)
    {
        if (_head + _total + count > _samples.Length)
        {
            int needed = checked(_total + count);
            float[] target = needed <= _samples.Length ? _samples : new float[Math.Max(needed, (int)Math.Min(2L * _total, Array.MaxLength))];
            _samples.AsSpan(_head, _total).CopyTo(target);
            (_samples, _head) = (target, 0);
        }

        Span<float> reserved = _samples.AsSpan(_head + _total, count);
        _total += count;
        return reserved;
    }

    /// <summary>Samples on one grid without a hole.</summary>
    private sealed class Run(SampleGrid grid, long first)
    {
        public SampleGrid Grid { get; set; } = grid;

        public long First { get; set; } = first;

        public int Count { get; set; }

        public bool IsEnded { get; set; }

        public bool Continues(in SampleGrid grid, long firstIndex) =>
            !IsEnded && firstIndex == First + Count && grid.SampleRateHz == Grid.SampleRateHz;
    }
}
