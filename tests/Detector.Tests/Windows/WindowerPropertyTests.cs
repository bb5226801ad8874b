using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class WindowerPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    private sealed record Recording(int Window, int Hop, int Samples, double RateHz, int[] Cuts, int[] Injections);

    private static readonly Arbitrary<Recording> Recordings = (
        from window in Gen.Choose(1, 40)
        from hop in Gen.Frequency((3, Gen.Choose(1, window)), (1, Gen.Constant(window)), (2, Gen.Choose(window, (2 * window) + 5)))
        from samples in Gen.Choose(1, 400)
        from rate in Gen.Elements(0.5, 1, 50, 12_000, 25_600, 44_100, 1_000_000.0 / 3, 97.656_25)
        from cuts in Gen.Choose(1, 90).ArrayOf()
        from injections in Gen.Choose(0, 99).ArrayOf(40)
        select new Recording(window, hop, samples, rate, cuts, injections)).ToArbitrary();

    [Fact]
    public void Append_StampedBlocksCutAnywhereWithRepeats_GivesTheWindowsOfOneBlock() =>
        Check.One(Thorough, Prop.ForAll(Recordings, recording =>
        {
            var cut = new RecordedWindows(recording.Window, recording.Hop, recording.RateHz);
            int sent = 0;
            for (int step = 0; sent < recording.Samples; step++)
            {
                int count = Math.Min(CutAt(recording, step), recording.Samples - sent);
                Assert.Equal(BlockOutcome.Accepted, cut.Stamped(sent, count));
                sent += count;
                sent += Inject(cut, recording.Injections[step % recording.Injections.Length], sent, recording.Samples);
            }

            AssertWholeRecording(recording, cut);
        }));

    [Fact]
    public void Append_CountedBlocksCutAnywhere_GivesTheWindowsOfOneBlock() =>
        Check.One(Thorough, Prop.ForAll(Recordings, recording =>
        {
            var cut = new RecordedWindows(recording.Window, recording.Hop, recording.RateHz);
            long arrival = RecordedWindows.Origin;
            int sent = 0;
            for (int step = 0; sent < recording.Samples; step++)
            {
                // Arrival says nothing about the grid as long as the stream is not silent for too long.
                int count = Math.Min(CutAt(recording, step), recording.Samples - sent);
                Assert.Equal(BlockOutcome.Accepted, cut.Counted(arrival, sent, count));
                sent += count;
                arrival += recording.Injections[step % recording.Injections.Length] * 10_000_000L;
            }

            AssertWholeRecording(recording, cut);
        }));

    [Fact]
    public void Append_HoleAnywhere_ClosesThePartialWindowOnceAndStartsANewGrid() =>
        Check.One(Thorough, Prop.ForAll(Recordings, Gen.Choose(1, 100).ToArbitrary(), (recording, hole) =>
        {
            var cut = new RecordedWindows(recording.Window, recording.Hop, recording.RateHz);
            int before = recording.Samples;
            long restart = before + hole;
            cut.Stamped(0, before);
            cut.Stamped(restart, recording.Samples);

            int count = WindowCount(recording);
            long next = (long)count * recording.Hop;
            bool isPartial = next < before && (count == 0 || before > ((count - 1) * (long)recording.Hop) + recording.Window);
            long[] expectedGaps = isPartial ? [cut.Grid.TimeOf(before - 1)] : [];
            Assert.Equal(expectedGaps, cut.Gaps);
            var second = new SampleGrid(cut.Grid.TimeOf(restart), recording.RateHz);
            Assert.Equal([.. ExpectedWindows(recording, cut.Grid, 0), .. ExpectedWindows(recording, second, restart)], cut.Windows);
        }));

    [Fact]
    public void Append_AnyStampsWhatever_NeverThrows() =>
        Check.One(Thorough, Prop.ForAll(AnyStamps.ArrayOf().ToArbitrary(), Recordings, (stamps, recording) =>
        {
            var cut = new RecordedWindows(recording.Window, recording.Hop, recording.RateHz);
            foreach (long stamp in stamps)
            {
                cut.Append(TimeSource.Stamped, stamp, 0, recording.Samples);
                cut.Append(TimeSource.Counted, stamp, 0, recording.Samples);
            }
        }));

    private static readonly Gen<long> AnyStamps = Gen.OneOf(
        Gen.Elements(long.MinValue, long.MinValue + 1, -1, 0, 1, RecordedWindows.Origin, long.MaxValue - 1, long.MaxValue),
        Gen.Choose(int.MinValue, int.MaxValue).Select(x => x * 4_000_000_000L));

    /// <summary>Repeats the whole of what was sent, part of it, or part of it together with new samples; returns how many were new.</summary>
    private static int Inject(RecordedWindows cut, int choice, int sent, int total)
    {
        int back = 1 + (choice % sent);
        switch (choice % 4)
        {
            case 1:
                Assert.Equal(BlockOutcome.Duplicate, cut.Stamped(0, sent));
                return 0;
            case 2:
                Assert.Equal(BlockOutcome.Duplicate, cut.Stamped(sent - back, back));
                return 0;
            case 3 when sent < total:
                int more = 1 + (choice % (total - sent));
                Assert.Equal(BlockOutcome.Accepted, cut.Stamped(sent - back, back + more));
                return more;
            default:
                return 0;
        }
    }

    private static int CutAt(Recording recording, int step) =>
        recording.Cuts.Length == 0 ? recording.Samples : recording.Cuts[step % recording.Cuts.Length];

    private static void AssertWholeRecording(Recording recording, RecordedWindows cut)
    {
        Assert.Equal(ExpectedWindows(recording, cut.Grid, 0), cut.Windows);
        Assert.Empty(cut.Gaps);
    }

    private static int WindowCount(Recording recording) =>
        recording.Samples < recording.Window ? 0 : ((recording.Samples - recording.Window) / recording.Hop) + 1;

    private static List<(float First, float Last, bool Consecutive, long TimeUnixNs)> ExpectedWindows(Recording recording, SampleGrid grid, long firstSample) =>
        [.. Enumerable.Range(0, WindowCount(recording)).Select(k =>
        {
            long start = (long)k * recording.Hop;
            long last = start + recording.Window - 1;
            return ((float)(firstSample + start), (float)(firstSample + last), true, grid.TimeOf(last));
        })];
}
