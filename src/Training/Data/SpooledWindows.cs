namespace Thrum.Training.Data;

/// <summary>Windows that are read from a <see cref="SampleSpool"/> and normalised when they are asked for: the same as those of <see cref="WindowSet.Cut(IReadOnlyList{ReadOnlyMemory{float}}, IEnumerable{SampleRange}, int, int)"/>, bit by bit.</summary>
public sealed class SpooledWindows : IWindowSource
{
    private readonly SampleSpool _spool;
    private readonly ZScoreNormaliser _normaliser;
    private readonly List<(int Recording, int Start)> _windows = [];

    private SpooledWindows(SampleSpool spool, int windowSamples, ZScoreNormaliser normaliser)
    {
        _spool = spool;
        WindowSamples = windowSamples;
        _normaliser = normaliser;
    }

    /// <inheritdoc/>
    public int WindowSamples { get; }

    /// <inheritdoc/>
    public int Count => _windows.Count;

    /// <summary>Finds the windows inside the ranges, on each recording's own grid; those with a NaN or an infinity are passed over.</summary>
    /// <param name="spool">The recordings; it must outlive the windows.</param>
    /// <param name="ranges">Where to cut, in the order wanted.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <param name="hopSamples">Distance between the starts of successive windows.</param>
    /// <param name="normaliser">Applied to each window.</param>
    public static SpooledWindows Cut(SampleSpool spool, IEnumerable<SampleRange> ranges, int windowSamples, int hopSamples, ZScoreNormaliser normaliser)
    {
        ArgumentNullException.ThrowIfNull(spool);
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(normaliser);
        var windows = new SpooledWindows(spool, windowSamples, normaliser);
        foreach (SampleRange range in ranges)
        {
            windows._windows.AddRange(WindowSet.Starts(spool[range.Recording].Span, range, windowSamples, hopSamples).Finite.Select(start => (range.Recording, start)));
        }

        return windows;
    }

    /// <inheritdoc/>
    public void Read(int index, Span<float> window)
    {
        (int recording, int start) = _windows[index];
        _spool.Read(recording, start, window);
        _normaliser.Apply(window, window);
    }
}
