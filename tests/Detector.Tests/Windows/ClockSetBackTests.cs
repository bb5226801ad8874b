using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class ClockSetBackTests
{
    private const long Back = 1_000_000;

    [Fact]
    public void Append_SixteenLateBlocksThatContinueEachOther_StartANewGrid()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);
        cut.Stamped(0, 6);

        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(BlockOutcome.Late, cut.Stamped((i * 4) - Back, 4)));
        Assert.Equal(BlockOutcome.Accepted, cut.Stamped((15 * 4) - Back, 4));
        Assert.Equal(BlockOutcome.Accepted, cut.Stamped((16 * 4) - Back, 4));

        Assert.Equal(["window 0..3", "gap 5", "window -999940..-999937", "window -999936..-999933"], cut.Events);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void Append_LateBlocksThatDoNotContinueEachOther_StayLate(int step)
    {
        var cut = new RecordedWindows(window: 4, hop: 4);
        cut.Stamped(0, 6);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(BlockOutcome.Late, cut.Stamped((i * step) - Back, 4)));
    }

    [Fact]
    public void Append_LateBlocksBetweenPresentOnes_StayLate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(BlockOutcome.Accepted, cut.Stamped(i * 4, 4));
            Assert.Equal(BlockOutcome.Late, cut.Stamped((i * 4) - Back, 4));
        }

        Assert.Equal(100, cut.Windows.Count);
        Assert.Empty(cut.Gaps);
    }

    [Fact]
    public async Task RunAsync_SensorRebootsAtAnEarlierTime_IsToldOnceAndScoredAgain()
    {
        var axis = new AxisId("m", "s", "a");
        using var run = new PipelineRun(1);
        IEnumerable<TestBlock> rebooted = Enumerable.Range(0, 40).Select(i => TestBlock.Noise(axis, i, 40)).Select(
            block => block with { FirstUnixNs = block.FirstUnixNs - PipelineRun.Origin });

        await run.FeedAsync([TestBlock.Noise(axis, 0, 40), TestBlock.Noise(axis, 0, 40), .. rebooted], TestContext.Current.CancellationToken);

        StageCounters counters = run.Pipeline.Counters;
        Assert.Equal((42, 26, 15, 1), (counters.Received, counters.Sent, counters.DroppedFor(DropReason.Late), counters.DroppedFor(DropReason.Duplicate)));
        Assert.Equal(((25 * 40) - 32) / 16 + 1, run.Of(axis).Count(window => window.TimeUnixNs < PipelineRun.Origin));
        Assert.Equal(
            ["Information 2003 m/s/a sends samples stamped 1763769600000000000 ns again", "Warning 2002 m/s/a sends samples stamped 0 ns, before its present sample grid"],
            run.Log.Lines.Select(line => line.Split(": ")[0]));
    }
}
