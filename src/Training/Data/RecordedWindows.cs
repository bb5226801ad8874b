namespace Thrum.Training.Data;

/// <summary>
/// Windows of recordings, read and normalised when they are asked for, the axes of a window one after the other. They start at multiples of the hop from a recording's first sample, and
/// only those that lie wholly inside one of the ranges are taken; those with a NaN or an infinity are passed over. It knows runs of windows, not each one: memory is for the runs only.
/// </summary>
public sealed class RecordedWindows : IWindowSource
{
    private readonly AxisSamples _samples;
    private readonly IReadOnlyList<ZScoreNormaliser> _normalisers;
    private readonly int _window;
    private readonly int _hop;
    private readonly List<Run> _runs = [];

    private RecordedWindows(AxisSamples samples, IReadOnlyList<ZScoreNormaliser> normalisers, int windowSamples, int hopSamples)
    {
        (_samples, _normalisers, _window, _hop) = (samples, normalisers, windowSamples, hopSamples);
        WindowSamples = checked(samples.Axes * windowSamples);
    }

    /// <inheritdoc/>
    public int WindowSamples { get; }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>How many windows were passed over because they are not finite.</summary>
    public int SkippedNonFinite { get; private set; }

    /// <summary>Finds the windows.</summary>
    /// <param name="samples">The recordings; they must outlive the windows.</param>
    /// <param name="ranges">Where to cut, in the order wanted.</param>
    /// <param name="windowSamples">Length of a window on each axis.</param>
    /// <param name="hopSamples">Distance between the starts of successive windows.</param>
    /// <param name="normalisers">One for each axis.</param>
    /// <exception cref="ArgumentException">A range reaches outside its recording, or there are not as many normalisers as axes.</exception>
    public static RecordedWindows Cut(AxisSamples samples, IReadOnlyList<SampleRange> ranges, int windowSamples, int hopSamples, IReadOnlyList<ZScoreNormaliser> normalisers)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(normalisers);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        if (normalisers.Count != samples.Axes)
        {
            throw new ArgumentException($"there are {normalisers.Count} normalisers; expected {samples.Axes}, one for each axis", nameof(normalisers));
        }

        var windows = new RecordedWindows(samples, normalisers, windowSamples, hopSamples);
        foreach (SampleRange range in ranges)
        {
            bool isInside = range.Recording >= 0 && range.Recording < samples.Lengths.Count && range is { Start: >= 0, Length: >= 0 }
                && (long)range.Start + range.Length <= samples.Lengths[range.Recording];
            if (!isInside)
            {
                throw new ArgumentException($"{range} reaches outside the {samples.Lengths.Count} recordings", nameof(ranges));
            }

            windows.Add(range);
        }

        return windows;
    }

    /// <inheritdoc/>
    public void Read(int index, Span<float> window)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int low = 0, high = _runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _runs[middle].First <= index ? (middle, high) : (low, middle - 1);
        }

        Run run = _runs[low];
        int start = run.Start + (_hop * (index - run.First));
        for (int axis = 0; axis < _samples.Axes; axis++)
        {
            Span<float> part = window.Slice(axis * _window, _window);
            _samples.Read(run.Recording, axis, start, part);
            _normalisers[axis].Apply(part, part);
        }
    }

    private void Add(SampleRange range)
    {
        long firstOnGrid = (range.Start + (long)_hop - 1) / _hop * _hop, next = firstOnGrid, lastBad = -1;
        long length = range.Start + (long)range.Length - firstOnGrid;
        if (length < _window)
        {
            return;
        }

        foreach ((int start, IReadOnlyList<ReadOnlyMemory<float>> axes) in _samples.Pieces(new SampleRange(range.Recording, (int)firstOnGrid, (int)length), 1, 1))
        {
            for (int i = 0; i < axes[0].Length; i++)
            {
                long at = firstOnGrid + start + i;
                lastBad = IsFinite(axes, i) ? lastBad : at;
                if (at + 1 - _window == next)
                {
                    Add(range.Recording, (int)next, isFinite: lastBad < next);
                    next += _hop;
                }
            }
        }
    }

    private void Add(int recording, int start, bool isFinite)
    {
        if (!isFinite)
        {
            SkippedNonFinite++;
            return;
        }

        bool goesOn = _runs is [.., var last] && last.Recording == recording && last.Start + ((long)_hop * (Count - last.First)) == start;
        if (!goesOn)
        {
            _runs.Add(new Run(recording, start, Count));
        }

        Count = checked(Count + 1);
    }

    private static bool IsFinite(IReadOnlyList<ReadOnlyMemory<float>> axes, int index)
    {
        for (int axis = 0; axis < axes.Count; axis++)
        {
            if (!float.IsFinite(axes[axis].Span[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="Recording">Which.</param>
    /// <param name="Start">First sample of its first window.</param>
    /// <param name="First">Index of that window among all.</param>
    private readonly record struct Run(int Recording, int Start, int First);
}
