using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class WindowerTests
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = 1_000_000;

    [Fact]
    public void Append_HoleInTheSecondWindow_ReportsOneGapAndRestartsAtTheNextSample()
    {
        var cut = new RecordedWindows(window: 4, hop: 2);

        cut.Stamped(0, 5);
        cut.Stamped(9, 6);

        Assert.Equal(["window 0..3", "gap 4", "window 9..12", "window 11..14"], cut.Events);
    }

    [Fact]
    public void Append_HoleBetweenDistantWindows_IsNoGap()
    {
        var cut = new RecordedWindows(window: 4, hop: 10);

        cut.Stamped(0, 7);
        cut.Stamped(50, 4);

        Assert.Equal(["window 0..3", "window 50..53"], cut.Events);
    }

    [Fact]
    public void Append_HoleAfterWholeWindows_LosesNoPartialWindow()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        cut.Stamped(0, 8);
        cut.Stamped(20, 3);
        cut.Flush();
        cut.Flush();

        Assert.Equal(["window 0..3", "window 4..7", "gap 22"], cut.Events);
    }

    [Fact]
    public void Append_BlockBeforeTheOrigin_IsLate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        cut.Stamped(100, 10);

        Assert.Equal(BlockOutcome.Late, cut.Stamped(80, 10));
        Assert.Equal(BlockOutcome.Late, cut.Stamped(95, 10));
        Assert.Equal(BlockOutcome.Duplicate, cut.Stamped(102, 5));
        Assert.Empty(cut.Gaps);
    }

    [Fact]
    public void Append_BlockFromTheHoleOfAnEarlierGrid_IsLate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        cut.Stamped(0, 4);
        cut.Stamped(8, 4);

        Assert.Equal(BlockOutcome.Late, cut.Stamped(4, 4));
        Assert.Equal(["window 0..3", "window 8..11"], cut.Events);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(125)]
    [InlineData(37)]
    [InlineData(1000)]
    public void Append_StampsRoundedToAMillisecond_MakeNoGapAndNoOverlap(int block)
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond);
        long origin = Rounded(cut.Grid.TimeOf(0));
        for (int first = 0; first < 60_000; first += block)
        {
            Assert.Equal(BlockOutcome.Accepted, cut.Append(TimeSource.Stamped, Rounded(cut.Grid.TimeOf(first)), first, block));
        }

        var grid = new SampleGrid(origin, 12_000);
        Assert.Empty(cut.Gaps);
        Assert.All(cut.Windows, window => Assert.True(window.Consecutive));
        Assert.Equal(cut.Windows.Select((_, k) => grid.TimeOf((k * 128) + 255)), cut.Windows.Select(window => window.TimeUnixNs));

        static long Rounded(long timeUnixNs) => (timeUnixNs + (Millisecond / 2)) / Millisecond * Millisecond;
    }

    [Fact]
    public void Append_RepeatedSmallBlockWithinTheStampTolerance_IsADuplicate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4, toleranceNs: Second);

        cut.Stamped(0, 3);
        cut.Stamped(3, 3);

        Assert.Equal(BlockOutcome.Duplicate, cut.Stamped(3, 3));
        Assert.Equal(["window 0..3"], cut.Events);
    }

    [Fact]
    public void Append_CountedStreamWithinTheTimeout_ContinuesItsGridWhateverTheArrival()
    {
        var cut = new RecordedWindows(window: 4, hop: 4, timeoutNs: 60 * Second);

        cut.Counted(RecordedWindows.Origin, 0, 3);
        cut.Counted(RecordedWindows.Origin + (60 * Second), 3, 3);
        cut.Counted(RecordedWindows.Origin + (59 * Second), 6, 3);

        Assert.Equal(["window 0..3", "window 4..7"], cut.Events);
        Assert.Equal([cut.Grid.TimeOf(3), cut.Grid.TimeOf(7)], cut.Windows.Select(window => window.TimeUnixNs));
    }

    [Fact]
    public void Append_CountedStreamAfterTheTimeout_StartsANewGridAtItsArrival()
    {
        var cut = new RecordedWindows(window: 4, hop: 4, timeoutNs: 60 * Second);
        long arrival = RecordedWindows.Origin + (60 * Second) + 1;

        cut.Counted(RecordedWindows.Origin, 0, 3);
        cut.Counted(arrival, 3, 5);

        Assert.Equal(["gap 2", "window 3..6"], cut.Events);
        Assert.Equal(new SampleGrid(arrival, 12_000).TimeOf(3), cut.Windows[0].TimeUnixNs);
    }

    [Fact]
    public void Append_RateChanges_StartsANewGrid()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        cut.Stamped(0, 6);
        cut.Append(TimeSource.Stamped, cut.Grid.TimeOf(6), 6, 4, rateHz: 6_000);

        Assert.Equal(["window 0..3", "gap 5", "window 6..9"], cut.Events);
        Assert.Equal(new SampleGrid(cut.Grid.TimeOf(6), 6_000).TimeOf(3), cut.Windows[1].TimeUnixNs);
    }

    [Fact]
    public void Append_StampAtTheEndOfTime_IsLate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4, rateHz: 1);

        cut.Append(TimeSource.Stamped, -5 * Second, 0, 5);

        Assert.Equal(BlockOutcome.Late, cut.Append(TimeSource.Stamped, long.MinValue, 0, 5));
        Assert.Equal(["window 0..3"], cut.Events);
    }
}
