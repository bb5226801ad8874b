using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

/// <summary>Feeds a <see cref="Windower"/> from one recording and keeps what it cuts.</summary>
internal sealed class RecordedWindows : IWindowReceiver
{
    public const long Origin = 1_700_000_000_123_456_789;
    private readonly WindowerOptions _options;
    private Windower _windower;

    public RecordedWindows(int window, int hop, double rateHz = 12_000, long toleranceNs = 0, long timeoutNs = 1_000_000_000, long driftNs = 100_000_000, long latenessNs = 0)
    {
        _options = new WindowerOptions(window, hop, toleranceNs, timeoutNs, driftNs, latenessNs);
        _windower = new Windower(_options);
        Grid = new SampleGrid(Origin, rateHz);
    }

    public SampleGrid Grid { get; }

    public List<(float First, float Last, bool Consecutive, long TimeUnixNs)> Windows { get; } = [];

    public List<long> Gaps { get; } = [];

    /// <summary>Windows and gaps in the order they came.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The recording's sample i has the value i, so a window tells where it was cut.</summary>
    public BlockOutcome? Stamped(long first, int count, long stampErrorNs = 0) =>
        Append(TimeSource.Stamped, Grid.TimeOf(first) + stampErrorNs, first, count);

    /// <summary>As <see cref="Stamped"/>, sent late on purpose; the samples are made up where they are not given.</summary>
    public BlockOutcome? Historical(long first, int count, float[]? samples = null) => Append(
        new BlockHead(TimeSource.Stamped, Grid.TimeOf(first), Grid.SampleRateHz, count, IsHistorical: true),
        samples ?? [.. Enumerable.Range(0, count).Select(i => (float)(first + i))]);

    public BlockOutcome? Counted(long arrivalUnixNs, long first, int count, uint? number = null) =>
        Append(TimeSource.Counted, arrivalUnixNs, first, count, number: number);

    public BlockOutcome? Append(TimeSource time, long unixNs, long first, int count, double? rateHz = null, uint? number = null)
    {
        float[] samples = [.. Enumerable.Range(0, count).Select(i => (float)(first + i))];
        return Append(time, unixNs, samples, rateHz, number);
    }

    /// <summary>What became of the block; null when it waits.</summary>
    public BlockOutcome? Append(TimeSource time, long unixNs, float[] samples, double? rateHz = null, uint? number = null) =>
        Append(new BlockHead(time, unixNs, rateHz ?? Grid.SampleRateHz, samples.Length, number), samples);

    private BlockOutcome? Append(BlockHead block, float[] samples)
    {
        int before = Outcomes.Count;
        _windower.Append(block, samples, this);
        int index = Outcomes.FindIndex(before, entry => entry.Block == block);
        return index < 0 ? null : Outcomes[index].Outcome;
    }

    /// <summary>What became of each block, in the order it was decided.</summary>
    public List<(BlockOutcome Outcome, BlockHead Block)> Outcomes { get; } = [];

    /// <summary>Each step back of the clock: due and found.</summary>
    public List<(long Due, long Found)> Steps { get; } = [];

    public void OnSamples(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
    }

    public void OnGridEnd(in SampleGrid grid, long next)
    {
    }

    /// <summary>What happened to the grids.</summary>
    public List<GridEvent> GridEvents { get; } = [];

    /// <summary>Each number that did not follow: due and found.</summary>
    public List<(uint Due, uint Found)> NumberBreaks { get; } = [];

    public void OnGridEvent(GridEvent gridEvent, long count = 1) => GridEvents.Add(gridEvent);

    public void OnNumberBreak(uint due, uint found) => NumberBreaks.Add((due, found));

    public void OnStepBack(long dueUnixNs, long foundUnixNs) => Steps.Add((dueUnixNs, foundUnixNs));

    public void OnBlock(BlockOutcome outcome, in BlockHead block) => Outcomes.Add((outcome, block));

    /// <summary>Goes on with a new windower that took over the state of the old one.</summary>
    public void Restart() => _windower = Saved.Load(_windower, new Windower(_options));

    public void Flush() => _windower.Flush(this);

    public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        bool consecutive = true;
        for (int i = 1; i < samples.Length; i++)
        {
            consecutive &= samples[i] == samples[i - 1] + 1;
        }

        Windows.Add((samples[0], samples[^1], consecutive, lastSampleUnixNs));
        Events.Add($"window {samples[0]}..{samples[^1]}");
    }

    public void OnGap(long lastSampleUnixNs)
    {
        Gaps.Add(lastSampleUnixNs);
        Events.Add($"gap {Grid.NearestIndex(lastSampleUnixNs)}");
    }
}
