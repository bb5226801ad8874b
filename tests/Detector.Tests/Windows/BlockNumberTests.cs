using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

/// <summary>Blocks without a time stamp whose numbers tell which are missing and which come again.</summary>
public sealed class BlockNumberTests
{
    private const int Size = 10;

    [Theory]
    [InlineData(0)]
    [InlineData(uint.MaxValue - 2)]
    public void Append_NumbersInOrder_GoOnAcrossTheWrap(uint first)
    {
        RecordedWindows cut = Make();
        for (uint i = 0; i < 6; i++)
        {
            Assert.Equal(BlockOutcome.Accepted, Send(cut, first, i));
        }

        Assert.Equal(15, cut.Windows.Count);
        Assert.Empty(cut.GridEvents);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(7, 3)]
    [InlineData(100, 36)]
    [InlineData(2, uint.MaxValue)]
    public void Append_NumberAgain_IsDroppedAndTheGridGoesOn(uint newest, uint again)
    {
        RecordedWindows cut = Make();
        Send(cut, newest, 0);

        Assert.Equal(BlockOutcome.Duplicate, cut.Counted(RecordedWindows.Origin, 500, Size, again));
        Assert.Equal(BlockOutcome.Accepted, Send(cut, newest, 1));
        Assert.All(cut.Windows, window => Assert.True(window.Consecutive));
        Assert.Empty(cut.GridEvents);
    }

    [Theory]
    [InlineData(7, 9, GridEvent.Hole)]
    [InlineData(uint.MaxValue, 1, GridEvent.Hole)]
    [InlineData(0, int.MaxValue, GridEvent.Hole)]
    [InlineData(100, 35, GridEvent.Renumbered)]
    [InlineData(5, 0, GridEvent.Renumbered)]
    [InlineData(3_000_000_000, 0, GridEvent.Hole)]
    [InlineData(2_000_000_000, 1, GridEvent.Renumbered)]
    public void Append_NumberThatDoesNotFollow_EndsTheGridWithAGap(uint newest, uint found, GridEvent expected)
    {
        RecordedWindows cut = Make();
        Send(cut, newest, 0);

        Assert.Equal(BlockOutcome.Accepted, cut.Counted(RecordedWindows.Origin + 50_000_000, 100, Size, found));

        Assert.Equal([expected], cut.GridEvents);
        Assert.Equal((newest + 1, found), Assert.Single(cut.NumberBreaks));
        // 10 samples are two windows of 4 and a partial one; the new grid starts with the block's arrival.
        Assert.Equal(["window 0..3", "window 4..7", "gap 9", "window 100..103", "window 104..107"], cut.Events);
        Assert.Equal(RecordedWindows.Origin + 50_000_000 + 250_000, cut.Windows[2].TimeUnixNs);
    }

    [Fact]
    public void Append_SilentForLong_AnyNumberStartsAnew()
    {
        RecordedWindows cut = Make();
        Send(cut, 7, 0);

        Assert.Equal(BlockOutcome.Accepted, cut.Counted(RecordedWindows.Origin + 2_000_000_000, 10, Size, 6));

        Assert.Equal([GridEvent.Silence], cut.GridEvents);
    }

    [Fact]
    public void Append_BlockWithoutNumber_GoesOnAndForgets()
    {
        RecordedWindows cut = Make();
        Send(cut, 7, 0);
        Assert.Equal(BlockOutcome.Accepted, cut.Counted(RecordedWindows.Origin, 10, Size));
        Assert.Equal(BlockOutcome.Accepted, cut.Counted(RecordedWindows.Origin, 20, Size, 7));

        Assert.Empty(cut.GridEvents);
    }

    [Fact]
    public void Append_StampedBlocks_GoByTheirStampsAlone()
    {
        var stream = new AxisStream(new AxisId("m", "s", "x"), slot: 0, shard: 0);
        var block = new SampleBlock(stream, TimeSource.Stamped, 0, 1000, 0, Size, Number: 5);

        Assert.Null(BlockHead.Of(block).Number);
        Assert.Equal(5u, BlockHead.Of(block with { Time = TimeSource.Counted }).Number);
    }

    private static readonly Arbitrary<(uint First, int[] Steps)> Deliveries = (
        from first in Gen.Elements(0u, 1u, 1000u, uint.MaxValue - 3)
        from steps in Gen.Frequency((8, Gen.Constant(1)), (2, Gen.Choose(2, 5)), (2, Gen.Choose(-5, 0))).ArrayOf(60)
        select (first, steps)).ToArbitrary();

    /// <summary>Lost, repeated and overtaken blocks: each stretch without a loss is cut by itself, and a state taken over anywhere changes nothing.</summary>
    [Fact]
    public void Append_AnyLossesAndRepeats_CutTheStretchesBetweenAndReplayTheSame() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Deliveries, delivery =>
        {
            RecordedWindows cut = Make(), replayed = Make();
            List<(float First, float Last, bool Consecutive, long TimeUnixNs)> expected = [];
            int newest = -1, started = 0, losses = 0, repeats = 0, at = -1;
            foreach (int step in delivery.Steps.Prepend(1))
            {
                at = newest + step;
                if (at < 0 || (step <= 0 && unchecked(delivery.First + (uint)at) == 0))
                {
                    // Number 0 again is a sensor that began anew, which other tests look at.
                    continue;
                }

                BlockOutcome outcome = step > 0 ? BlockOutcome.Accepted : BlockOutcome.Duplicate;
                Assert.Equal(outcome, Send(cut, delivery.First, (uint)at));
                Assert.Equal(outcome, Send(replayed, delivery.First, (uint)at));
                replayed.Restart();
                if (step > 1)
                {
                    losses++;
                    Expect(expected, started, newest);
                    started = at;
                }

                repeats += step <= 0 ? 1 : 0;
                newest = Math.Max(newest, at);
            }

            Expect(expected, started, newest);
            Assert.Equal(expected.Select(window => (window.First, window.Last)), cut.Windows.Select(window => (window.First, window.Last)));
            Assert.All(cut.Windows, window => Assert.True(window.Consecutive));
            Assert.Equal((losses, losses), (cut.GridEvents.Count(happened => happened == GridEvent.Hole), cut.NumberBreaks.Count));
            Assert.Equal(repeats, cut.Outcomes.Count(entry => entry.Outcome == BlockOutcome.Duplicate));
            Assert.Equal(cut.Events, replayed.Events);
            Assert.Equal(cut.Windows, replayed.Windows);
        }));

    [Fact]
    public void TryLoad_StateWithoutNumbers_IsWhatItWas()
    {
        RecordedWindows cut = Make();
        cut.Counted(RecordedWindows.Origin, 0, Size);
        cut.Restart();

        Assert.Equal(BlockOutcome.Accepted, cut.Counted(RecordedWindows.Origin, 10, Size, 70));
        cut.Restart();
        Assert.Equal(BlockOutcome.Duplicate, cut.Counted(RecordedWindows.Origin, 20, Size, 70));
    }

    /// <summary>Blocks that wait for the machine's speed keep their numbers.</summary>
    [Fact]
    public void TryLoad_BlocksHeldForTheSpeed_KeepTheirNumbers()
    {
        var stream = new AxisStream(new AxisId("m", "s", "x"), slot: 0, shard: 0);
        HeldAxis held = new(stream, new OperatingTrack(1, 1)), restored = new(stream, new OperatingTrack(1, 1));
        foreach (uint? number in (uint?[])[uint.MaxValue, null, 0])
        {
            held.Add(new SampleBlock(stream, TimeSource.Counted, 5, 1000, 0, 2, ArrivalUnixNs: 6, JournalSequence: 7, Number: number), [1, 2]);
        }

        CheckpointReader reader = Saved.Open(Saved.Blob(held.Save));
        Assert.True(restored.TryLoad(ref reader) && reader.IsAtEnd);
        List<SampleBlock> taken = [];
        restored.Drain(all: true, (in block, _) => taken.Add(block));

        Assert.Equal([uint.MaxValue, null, 0], taken.Select(block => block.Number));
        Assert.All(taken, block => Assert.Equal((TimeSource.Counted, 5, 6, 2, 0), (block.Time, block.FirstSampleUnixNs, block.ArrivalUnixNs, block.Count, block.JournalSequence)));
    }

    // 12 kHz, windows of 4 every 4.
    private static RecordedWindows Make() => new(4, 4);

    /// <summary>The block that lies so many behind the first; its samples say where.</summary>
    private static BlockOutcome? Send(RecordedWindows cut, uint first, uint index) =>
        cut.Counted(RecordedWindows.Origin + (index * 1_000_000L), index * Size, Size, unchecked(first + index));

    private static void Expect(List<(float First, float Last, bool Consecutive, long TimeUnixNs)> windows, int firstBlock, int lastBlock)
    {
        for (int at = firstBlock * Size; at + 4 <= (lastBlock + 1) * Size; at += 4)
        {
            windows.Add((at, at + 3, true, 0));
        }
    }
}
