using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

/// <summary>Feeds a <see cref="Windower"/> from one recording and keeps what it cuts.</summary>
internal sealed class RecordedWindows : IWindowReceiver
{
    public const long Origin = 1_700_000_000_123_456_789;
    public static readonly AxisStream Stream = new(new AxisId("m", "s", "a"), 0, 0);
    private readonly Windower _windower;

    public RecordedWindows(int window, int hop, double rateHz = 12_000, long toleranceNs = 0, long timeoutNs = 1_000_000_000, long driftNs = 100_000_000)
    {
        _windower = new Windower(new WindowerOptions(window, hop, toleranceNs, timeoutNs, driftNs));
        Grid = new SampleGrid(Origin, rateHz);
    }

    public SampleGrid Grid { get; }

    public List<(float First, float Last, bool Consecutive, long TimeUnixNs)> Windows { get; } = [];

    public List<long> Gaps { get; } = [];

    /// <summary>Windows and gaps in the order they came.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The recording's sample i has the value i, so a window tells where it was cut.</summary>
    public BlockOutcome Stamped(long first, int count, long stampErrorNs = 0) =>
        Append(TimeSource.Stamped, Grid.TimeOf(first) + stampErrorNs, first, count);

    public BlockOutcome Counted(long arrivalUnixNs, long first, int count) => Append(TimeSource.Counted, arrivalUnixNs, first, count);

    public BlockOutcome Append(TimeSource time, long unixNs, long first, int count, double? rateHz = null)
    {
        float[] samples = [.. Enumerable.Range(0, count).Select(i => (float)(first + i))];
        return Append(time, unixNs, samples, rateHz);
    }

    public BlockOutcome Append(TimeSource time, long unixNs, float[] samples, double? rateHz = null) =>
        _windower.Append(new SampleBlock(Stream, time, unixNs, rateHz ?? Grid.SampleRateHz, 0, samples.Length), samples, this);

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
