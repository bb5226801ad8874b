using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class ClockDriftTests
{
    private const long Millisecond = 1_000_000;
    private const double RateHz = 12_000;
    private const int TwentyMinutes = 20 * 60 * (int)RateHz;

    [Theory]
    [InlineData(50, 1200)]
    [InlineData(-50, 1200)]
    [InlineData(50, 777)]
    [InlineData(-300, 4096)]
    [InlineData(300, 100)]
    public void Append_CrystalOffByPartsPerMillion_MakesNoGapAndLosesNoSample(int partsPerMillion, int block)
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);

        Feed(cut, partsPerMillion, block, 0, TwentyMinutes);

        Assert.Empty(cut.Gaps);
        Assert.Equal(((TwentyMinutes / block * block) - 256) / 128 + 1, cut.Windows.Count);
        Assert.All(cut.Windows, (window, k) => Assert.True(window.First == (k * 128 & 0xFFFF) && window.Last == ((k * 128) + 255 & 0xFFFF)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void Append_CrystalOffForLong_KeepsWindowTimesNearTheStampsAndInOrder(int partsPerMillion)
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);

        Feed(cut, partsPerMillion, 1200, 0, TwentyMinutes);

        // 240 ms of drift in all.
        Assert.All(cut.Windows, (window, k) =>
            Assert.InRange(window.TimeUnixNs - StampOf((k * 128L) + 255, partsPerMillion), -101 * Millisecond, 101 * Millisecond));
        Assert.All(cut.Windows.Zip(cut.Windows.Skip(1)), pair => Assert.True(pair.Second.TimeUnixNs > pair.First.TimeUnixNs));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(5)]
    [InlineData(300)]
    public void Append_ClockBackAcrossTheLimitWithShortHops_KeepsWindowTimesInOrder(int block)
    {
        var cut = new RecordedWindows(window: 16, hop: 4, toleranceNs: Millisecond, driftNs: Millisecond);

        Feed(cut, -2000, block, 0, 120_000);

        Assert.Empty(cut.Gaps);
        Assert.All(cut.Windows.Zip(cut.Windows.Skip(1)), pair => Assert.True(pair.Second.TimeUnixNs > pair.First.TimeUnixNs));
    }

    [Fact]
    public void Append_DriftWithinTheLimit_KeepsWindowTimesOnTheGrid()
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);

        Feed(cut, 50, 1200, 0, TwentyMinutes);

        Assert.All(cut.Windows, (window, k) => Assert.Equal(cut.Grid.TimeOf((k * 128L) + 255), window.TimeUnixNs));
    }

    [Fact]
    public void Append_RepeatAfterMuchDrift_IsADuplicateAndAPartialRepeatIsCutRight()
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);
        Feed(cut, 50, 1200, 0, TwentyMinutes);

        Assert.Equal(BlockOutcome.Duplicate, Send(cut, 50, TwentyMinutes - 1200, 1200));
        Assert.Equal(BlockOutcome.Duplicate, Send(cut, 50, TwentyMinutes - 24_000, 1200));
        Assert.Equal(BlockOutcome.Accepted, Send(cut, 50, TwentyMinutes - 600, 1200));

        Assert.Empty(cut.Gaps);
        Assert.All(cut.Windows, (window, k) => Assert.Equal(k * 128 & 0xFFFF, window.First));
        Assert.Equal((TwentyMinutes + 600 - 256) / 128 + 1, cut.Windows.Count);
    }

    [Fact]
    public void Append_LostMessageAfterMuchDrift_IsAGap()
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);
        Feed(cut, 50, 1200, 0, TwentyMinutes + 1200);

        Send(cut, 50, TwentyMinutes + 2400, 1200);

        Assert.Single(cut.Gaps);
    }

    [Fact]
    public void Append_ClockStepsBackByPartOfABlock_EndsTheWindowInsteadOfSplicingIt()
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);

        cut.Stamped(0, 1000);
        BlockOutcome? outcome = cut.Stamped(1000, 1000, stampErrorNs: -5 * Millisecond);

        Assert.Equal(BlockOutcome.Accepted, outcome);
        Assert.Single(cut.Gaps);
        Assert.All(cut.Windows, window => Assert.True(window.Consecutive));
        Assert.Equal(1000, cut.Windows.First(window => window.First >= 896 + 1).First);
    }

    [Fact]
    public void Append_PartialRepeatOfSamplesThatAreNoNumbers_IsCut()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);
        cut.Append(TimeSource.Stamped, cut.Grid.TimeOf(0), [1, float.NaN]);

        Assert.Equal(BlockOutcome.Accepted, cut.Append(TimeSource.Stamped, cut.Grid.TimeOf(0), [1, float.NaN, 3, 4]));

        Assert.Equal(["window 1..4"], cut.Events);
    }

    [Fact]
    public void Append_SourceOfTimeChanges_StartsANewGrid()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        cut.Stamped(0, 6);
        cut.Counted(cut.Grid.TimeOf(6), 6, 6);
        cut.Stamped(12, 4);

        Assert.Equal(["window 0..3", "gap 5", "window 6..9", "gap 11", "window 12..15"], cut.Events);
    }

    /// <summary>Sends whole blocks only; sample i has the value i mod 65536, exact in 32 bits.</summary>
    private static void Feed(RecordedWindows cut, int partsPerMillion, int block, long from, long to)
    {
        for (long first = from; first + block <= to; first += block)
        {
            Assert.Equal(BlockOutcome.Accepted, Send(cut, partsPerMillion, first, block));
        }
    }

    private static BlockOutcome? Send(RecordedWindows cut, int partsPerMillion, long first, int count)
    {
        float[] samples = new float[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = (first + i) & 0xFFFF;
        }

        return cut.Append(TimeSource.Stamped, StampOf(first, partsPerMillion), samples);
    }

    /// <summary>The time at which a crystal that is off takes a sample.</summary>
    private static long StampOf(long index, int partsPerMillion) =>
        RecordedWindows.Origin + (long)Math.Round(index / RateHz * 1e9 * (1 + (partsPerMillion * 1e-6)));
}
