namespace Thrum.Training.Data;

/// <summary>Windows of equal length as one matrix [count, window], float32, row after row. Immutable by contract; safe to read from several threads.</summary>
public sealed class WindowSet : IWindowSource
{
    private readonly float[] _values;

    /// <summary>Wraps a matrix; the array is not copied and must not be changed afterwards.</summary>
    /// <param name="values">[count × window] numbers, all finite.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <param name="skippedNonFinite">How many windows were left out because they held a NaN or an infinity.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the window, or a number is not finite.</exception>
    public WindowSet(float[] values, int windowSamples, int skippedNonFinite = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        if (values.Length % windowSamples != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole number of windows of {windowSamples}", nameof(values));
        }

        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            throw new ArgumentException($"the value at index {bad} (window {bad / windowSamples}) is {values[bad]}; expected finite numbers", nameof(values));
        }

        _values = values;
        WindowSamples = windowSamples;
        SkippedNonFinite = skippedNonFinite;
    }

    /// <summary>Length of a window.</summary>
    public int WindowSamples { get; }

    /// <summary>Number of windows.</summary>
    public int Count => _values.Length / WindowSamples;

    /// <summary>How many windows were left out while cutting because they held a NaN or an infinity.</summary>
    public int SkippedNonFinite { get; }

    /// <summary>The whole matrix, row after row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One window.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1</param>
    public ReadOnlySpan<float> this[int index] => _values.AsSpan(checked(index * WindowSamples), WindowSamples);

    /// <inheritdoc/>
    public void Read(int index, Span<float> window) => this[index].CopyTo(window);

    /// <summary>
    /// Cuts windows on each recording's own grid: they start at multiples of <paramref name="hopSamples"/> from its first
    /// sample, and only those that lie wholly inside one of the ranges are taken. Windows with a NaN or an infinity are skipped and counted.
    /// </summary>
    /// <param name="recordings">Samples of one axis each.</param>
    /// <param name="ranges">Where to cut, in the order wanted.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <param name="hopSamples">Distance between the starts of successive windows.</param>
    /// <exception cref="ArgumentException">A range reaches outside its recording.</exception>
    public static WindowSet Cut(IReadOnlyList<ReadOnlyMemory<float>> recordings, IEnumerable<SampleRange> ranges, int windowSamples, int hopSamples)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        var values = new List<float>();
        int skipped = 0;
        foreach (SampleRange range in ranges)
        {
            CheckRange(recordings, range);
            ReadOnlySpan<float> samples = recordings[range.Recording].Span;
            (List<int> finite, int others) = Starts(samples, range, windowSamples, hopSamples);
            skipped += others;
            foreach (int start in finite)
            {
                values.AddRange(samples.Slice(start, windowSamples));
            }
        }

        return new WindowSet([.. values], windowSamples, skipped);
    }

    /// <summary>Cuts windows from whole recordings.</summary>
    /// <param name="recordings">Samples of one axis each.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <param name="hopSamples">Distance between the starts of successive windows.</param>
    public static WindowSet Cut(IReadOnlyList<ReadOnlyMemory<float>> recordings, int windowSamples, int hopSamples)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return Cut(recordings, recordings.Select((recording, i) => new SampleRange(i, 0, recording.Length)), windowSamples, hopSamples);
    }

    /// <summary>Some windows of a source, evenly spread.</summary>
    internal static WindowSet Spread(IWindowSource windows, int most)
    {
        int count = Math.Min(most, windows.Count), length = windows.WindowSamples;
        float[] values = new float[count * length];
        for (int i = 0; i < count; i++)
        {
            windows.Read((int)((long)i * windows.Count / count), values.AsSpan(i * length, length));
        }

        return new WindowSet(values, length);
    }

    /// <summary>Where the windows of a range begin, on the recording's grid, and how many were passed over because they are not finite.</summary>
    internal static (List<int> Finite, int Others) Starts(ReadOnlySpan<float> samples, SampleRange range, int windowSamples, int hopSamples)
    {
        var finite = new List<int>();
        int others = 0;
        long firstOnGrid = (range.Start + (long)hopSamples - 1) / hopSamples * hopSamples;
        for (long start = firstOnGrid; start + windowSamples <= range.Start + range.Length; start += hopSamples)
        {
            if (IsFinite(samples.Slice((int)start, windowSamples)))
            {
                finite.Add((int)start);
            }
            else
            {
                others++;
            }
        }

        return (finite, others);
    }

    private static void CheckRange(IReadOnlyList<ReadOnlyMemory<float>> recordings, SampleRange range)
    {
        bool inside = range.Recording >= 0 && range.Recording < recordings.Count && range is { Start: >= 0, Length: >= 0 }
            && (long)range.Start + range.Length <= recordings[range.Recording].Length;
        if (!inside)
        {
            throw new ArgumentException($"{range} reaches outside the {recordings.Count} recordings", nameof(range));
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> window)
    {
        foreach (float value in window)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
