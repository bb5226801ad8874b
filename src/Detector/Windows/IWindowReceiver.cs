using Thrum.Detector.Stages;

namespace Thrum.Detector.Windows;

/// <summary>Receives what a <see cref="Windower"/> cuts.</summary>
internal interface IWindowReceiver
{
    /// <summary>A full window; the samples are valid during the call only.</summary>
    /// <param name="samples">[windowSamples], oldest first, in engineering units.</param>
    /// <param name="lastSampleUnixNs">Time of the last sample.</param>
    void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs);

    /// <summary>The grid ended before the window that was being filled was full.</summary>
    /// <param name="lastSampleUnixNs">Time of the last sample that was there.</param>
    void OnGap(long lastSampleUnixNs);

    /// <summary>Samples were taken, in the grid's order; valid during the call only. Called behind the windows they complete.</summary>
    /// <param name="samples">They follow those of the call before.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="firstIndex">Index of the first on the grid.</param>
    void OnSamples(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex);

    /// <summary>How many of the next samples are to be cut at a time, at least one: <see cref="OnCut"/> is called behind them.</summary>
    /// <param name="count">How many there are.</param>
    int Portion(int count) => count;

    /// <summary>The windows that these samples complete were given. The same samples as by <see cref="OnSamples"/>, in portions and before it.</summary>
    void OnCut(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
    }

    /// <summary>The grid ended before sample <paramref name="next"/>.</summary>
    void OnGridEnd(in SampleGrid grid, long next);

    /// <summary>Something happened to the grid that is counted.</summary>
    /// <param name="gridEvent">What.</param>
    /// <param name="count">How many samples, or once.</param>
    void OnGridEvent(GridEvent gridEvent, long count = 1)
    {
    }

    /// <summary>The stream's clock went back: its next sample is stamped <paramref name="foundUnixNs"/>.</summary>
    void OnStepBack(long dueUnixNs, long foundUnixNs);

    /// <summary>The grid ended because the numbers of the stream's blocks do not follow each other.</summary>
    void OnNumberBreak(uint due, uint found)
    {
    }

    /// <summary>It is decided what becomes of a block: at once, or later when it had to wait for those before it.</summary>
    void OnBlock(BlockOutcome outcome, in BlockHead block);
}
