using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

/// <summary>Blocks that were sent late on purpose take their place or are late; they tell nothing of the clock.</summary>
public sealed class HistoricalBlockTests
{
    private const long Back = 1_000_000;
    private const long Millisecond = 1_000_000;

    [Fact]
    public void Append_ManyThatContinueEachOther_StayLate()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);
        cut.Stamped(0, 6);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(BlockOutcome.Late, cut.Historical((i * 4) - Back, 4)));

        Assert.Equal(BlockOutcome.Accepted, cut.Stamped(6, 4));
        Assert.Equal((0, 0), (cut.Steps.Count, cut.Gaps.Count));
    }

    [Fact]
    public void Append_BetweenLateOnesOfAClockThatWasSetBack_LeaveThatJudgementAlone()
    {
        var cut = new RecordedWindows(window: 4, hop: 4);
        cut.Stamped(0, 6);

        for (int i = 0; i < 15; i++)
        {
            Assert.Equal(BlockOutcome.Late, cut.Stamped((i * 4) - Back, 4));
            Assert.Equal(BlockOutcome.Late, cut.Historical((i * 4) - (2 * Back), 4));
        }

        Assert.Equal(BlockOutcome.Accepted, cut.Stamped((15 * 4) - Back, 4));
    }

    [Fact]
    public void Append_OtherSamplesOverTheNewestOnes_AreLateAndNoStepBack()
    {
        var cut = new RecordedWindows(window: 8, hop: 8);
        cut.Stamped(0, 6);

        Assert.Equal(BlockOutcome.Late, cut.Historical(4, 4, [40, 50, 60, 70]));

        Assert.Equal(BlockOutcome.Accepted, cut.Stamped(6, 2));
        Assert.Equal(["window 0..7"], cut.Events);
        Assert.Empty(cut.Steps);
    }

    [Fact]
    public void Append_WhileThePresentWaits_FillTheHoleAndDropNothing()
    {
        // Ten samples of lateness.
        var cut = new RecordedWindows(window: 4, hop: 4, latenessNs: 10 * Millisecond / 12);
        cut.Stamped(0, 30);
        // The link comes back: the present first, then what could not be sent, in more blocks than a wrong stamp would be believed.
        Assert.Null(cut.Stamped(430, 4));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(BlockOutcome.Accepted, cut.Historical(30 + (4 * i), 4)));

        Assert.DoesNotContain(cut.Outcomes, outcome => outcome.Outcome != BlockOutcome.Accepted);
        Assert.Equal("window 428..431", cut.Events[^1]);
        Assert.Empty(cut.Gaps);
    }

    [Fact]
    public void Save_HistoricalBlockThatWaits_IsHistoricalAfterwards()
    {
        ReorderBuffer held = default, restored = default;
        held.TryAdd(new BlockHead(TimeSource.Stamped, 0, 1000, 4, IsHistorical: true), [1, 2, 3, 4]);
        held.TryAdd(new BlockHead(TimeSource.Stamped, 5 * Millisecond, 1000, 4), [1, 2, 3, 4]);

        CheckpointReader reader = Saved.Open(Saved.Blob(held.Save));
        Assert.True(restored.TryLoad(ref reader) && reader.IsAtEnd);

        foreach (bool isHistorical in (bool[])[true, false])
        {
            HeldBlock block = restored.Take();
            Assert.Equal((isHistorical, 1000.0, 4), (block.Head.IsHistorical, block.Head.SampleRateHz, block.Head.Count));
            restored.Return(block);
        }
    }

    [Fact]
    public void Save_HistoricalBlockThatWaitsForTheSpeed_IsHistoricalAfterwards()
    {
        var stream = new AxisStream(new AxisId("m", "s", "x"), slot: 0, shard: 0);
        HeldAxis held = new(stream, new OperatingTrack(1, 1)), restored = new(stream, new OperatingTrack(1, 1));
        held.Add(new SampleBlock(stream, TimeSource.Stamped, 5, 1000, 0, 2, ArrivalUnixNs: 6, IsHistorical: true), [1, 2]);
        held.Add(new SampleBlock(stream, TimeSource.Stamped, 7, 1000, 0, 2, ArrivalUnixNs: 8), [1, 2]);

        CheckpointReader reader = Saved.Open(Saved.Blob(held.Save));
        Assert.True(restored.TryLoad(ref reader) && reader.IsAtEnd);

        List<bool> taken = [];
        restored.Drain(all: true, (in SampleBlock block, ReadOnlySpan<float> _) => taken.Add(block.IsHistorical));
        Assert.Equal([true, false], taken);
    }
}
