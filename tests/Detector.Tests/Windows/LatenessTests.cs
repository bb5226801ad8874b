using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class LatenessTests
{
    private const double RateHz = 1000;
    private const long Millisecond = 1_000_000;

    private static readonly Arbitrary<(Scramble Recording, int Window, int Hop, int Restarts)> Cases = (
        from recording in Scramble.Gen
        from window in Gen.Choose(1, 40)
        from hop in Gen.Choose(1, 60)
        from restarts in Gen.Choose(0, 3)
        select (recording, window, hop, restarts)).ToArbitrary();

    [Fact]
    public void Append_AnyCutsRepeatsOrderWithinLatenessAndRestarts_GiveTheSameWindowsAndGaps() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Cases, entry =>
        {
            (Scramble recording, int window, int hop, int restarts) = entry;
            RecordedWindows whole = Make(window, hop, recording.LatenessSamples), scrambled = Make(window, hop, recording.LatenessSamples);
            foreach ((int first, int count) in recording.Stretches())
            {
                whole.Stamped(first, count);
            }

            var random = new Random(recording.Seed);
            foreach ((int first, int count) in recording.Arrivals())
            {
                scrambled.Stamped(first, count);
                if (restarts > 0 && random.Next(20) < restarts)
                {
                    scrambled.Restart();
                }
            }

            whole.Flush();
            scrambled.Flush();
            Assert.Equal(whole.Events, scrambled.Events);
            Assert.Equal(whole.Windows, scrambled.Windows);
            Assert.Equal(whole.Gaps, scrambled.Gaps);
            Assert.Equal(recording.Arrivals().Count, scrambled.Outcomes.Count);
            Assert.DoesNotContain(scrambled.Outcomes, outcome => outcome.Outcome == BlockOutcome.Stray);
        }));

    [Fact]
    public void Append_BlockThatWasOvertaken_IsPutInItsPlace()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 20);
        cut.Stamped(0, 30);

        Assert.Null(cut.Stamped(34, 4));
        Assert.Equal(BlockOutcome.Accepted, cut.Stamped(30, 4));

        Assert.Equal("window 32..35", cut.Events[^1]);
        Assert.Empty(cut.Gaps);
    }

    [Fact]
    public void Append_Hole_IsDeclaredOnlyWhenTheWatermarkPassesIt()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);
        cut.Stamped(0, 30);

        Assert.Null(cut.Stamped(34, 4));
        Assert.Null(cut.Stamped(38, 6));
        Assert.Equal("window 24..27", cut.Events[^1]);
        Assert.Equal(BlockOutcome.Accepted, cut.Stamped(44, 1));

        Assert.Equal(["gap 29", "window 34..37", "window 38..41"], cut.Events[^3..]);
        Assert.Equal(BlockOutcome.Late, cut.Stamped(30, 4));
    }

    [Fact]
    public void Append_FirstBlockOvertaken_TheGridStartsAtTheEarliest()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);

        Assert.Null(cut.Stamped(3, 3));
        Assert.Null(cut.Stamped(0, 3));
        cut.Stamped(6, 10);

        Assert.Equal("window 0..3", cut.Events[0]);
    }

    [Fact]
    public void Append_RepeatOfABlockThatWaits_IsADuplicateAtOnce()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);

        Assert.Null(cut.Stamped(3, 3));

        Assert.Equal(BlockOutcome.Duplicate, cut.Stamped(3, 3));
    }

    [Fact]
    public void Append_StampFarAheadOnce_IsDroppedWhenTheStreamGoesOn()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);
        cut.Stamped(0, 30);

        Assert.Null(cut.Stamped(1_000_000, 4));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(BlockOutcome.Accepted, cut.Stamped(30 + (4 * i), 4)));

        Assert.Single(cut.Outcomes, outcome => outcome.Outcome == BlockOutcome.Stray);
        Assert.Empty(cut.Gaps);
        Assert.Null(cut.Stamped(434, 4));
        cut.Stamped(430, 4);
        Assert.Equal("window 432..435", cut.Events[^1]);
    }

    [Fact]
    public void Append_ClockSetBackWhileBlocksWait_TakesThemFirst()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);
        cut.Stamped(0, 30);
        cut.Stamped(40, 4);

        Assert.All(Enumerable.Range(0, 16), i => cut.Stamped((i * 4) - 100_000, 4));

        Assert.Equal(["window 24..27", "gap 29", "window 40..43", "window -99940..-99937"], cut.Events[^4..]);
    }

    [Fact]
    public void Append_StampsRoundedToAMillisecond_WaitOnceOnly()
    {
        var cut = new RecordedWindows(window: 256, hop: 128, toleranceNs: Millisecond, latenessNs: 20 * Millisecond);
        int waited = 0;
        for (int first = 0; first < 60_000; first += 125)
        {
            long stamp = (cut.Grid.TimeOf(first) + (Millisecond / 2)) / Millisecond * Millisecond;
            waited += cut.Append(TimeSource.Stamped, stamp, first, 125) is null ? 1 : 0;
        }

        Assert.Empty(cut.Gaps);
        Assert.InRange(waited, 1, 8);
        Assert.All(cut.Windows, window => Assert.True(window.Consecutive));
    }

    [Fact]
    public void Append_MoreThanFits_StopsWaitingInsteadOfGrowing()
    {
        RecordedWindows cut = Make(4, 4, latenessSamples: 10);
        cut.Stamped(0, 30);
        for (int i = 0; i < 100; i++)
        {
            cut.Stamped(32 + (i % 5), 1 + (i / 5 % 6));
        }

        Assert.True(cut.Outcomes.Count > 60);
    }

    [Fact]
    public void Append_EverySecondBlockOvertaken_AllocatesNothing()
    {
        var windower = new Windower(new WindowerOptions(64, 32, Millisecond, 1_000_000_000, 100 * Millisecond, 100 * Millisecond));
        var nowhere = new Nowhere();
        float[] samples = new float[20];
        var grid = new SampleGrid(RecordedWindows.Origin, RateHz);
        int count = 0;

        long allocated = Allocations.WhenWarm(
            () =>
            {
                for (int i = 0; i < 400; i++)
                {
                    windower.Append(new BlockHead(TimeSource.Stamped, grid.TimeOf((count++ ^ 1) * 20L), RateHz, 20), samples, nowhere);
                }
            },
            runs: 2);

        Assert.Equal(0, allocated);
        Assert.Equal((count, ((count * 20) - 64) / 32 + 1, 0), (nowhere.Blocks, nowhere.Windows, nowhere.Gaps));
    }

    private sealed class Nowhere : IWindowReceiver
    {
        public int Blocks { get; private set; }

        public int Windows { get; private set; }

        public int Gaps { get; private set; }

        public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs) => Windows++;

        public void OnGap(long lastSampleUnixNs) => Gaps++;

        public void OnSamples(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
        {
        }

        public void OnGridEnd(in SampleGrid grid, long next)
        {
        }

        public void OnStepBack(long dueUnixNs, long foundUnixNs)
        {
        }

        public void OnBlock(BlockOutcome outcome, in BlockHead block) => Blocks += outcome == BlockOutcome.Accepted ? 1 : 0;
    }

    private static RecordedWindows Make(int window, int hop, int latenessSamples) =>
        new(window, hop, RateHz, toleranceNs: Millisecond, latenessNs: (long)(latenessSamples * 1e9 / RateHz));
}
