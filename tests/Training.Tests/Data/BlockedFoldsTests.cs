using FsCheck;
using FsCheck.Fluent;
using Thrum.Training.Data;

namespace Thrum.Training.Tests.Data;

public sealed class BlockedFoldsTests
{
    [Fact]
    public void Divide_AnyRecordingsAndOverlappingWindows_NoSampleIsInTwoParts()
    {
        Gen<(int[] Lengths, int Folds, int Gap, int Window, int Hop)> cases =
            from lengths in Gen.Choose(0, 400).ArrayOf(3)
            from folds in Gen.Choose(3, 9)
            from gap in Gen.Choose(0, 20)
            from window in Gen.Choose(1, 40)
            from hop in Gen.Choose(1, 40)
            select (lengths, folds, gap, window, hop);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            IReadOnlyList<BlockedFold> folds = BlockedFolds.Divide(one.Lengths, one.Folds, one.Gap);
            int[][] tested = [.. one.Lengths.Select(length => new int[length])];
            foreach (BlockedFold fold in folds)
            {
                HashSet<(int, int)> train = Samples(fold.Train, one), stop = Samples(fold.Stop, one), test = Samples(fold.Test, one);
                Assert.False(train.Overlaps(stop) || train.Overlaps(test) || stop.Overlaps(test));
                foreach (SampleRange range in fold.Test)
                {
                    for (int i = 0; i < range.Length; i++)
                    {
                        tested[range.Recording][range.Start + i]++;
                    }
                }
            }

            Assert.All(tested.SelectMany(times => times), times => Assert.Equal(1, times));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Divide_FourFolds_TrainsOnTheRestInOnePieceWhereItIsOne()
    {
        IReadOnlyList<BlockedFold> folds = BlockedFolds.Divide([400], 4, gapSamples: 10);

        Assert.Equal([new SampleRange(0, 210, 190)], folds[0].Train);
        Assert.Equal([new SampleRange(0, 0, 90), new SampleRange(0, 310, 90)], folds[1].Train);
        Assert.Equal([new SampleRange(0, 0, 190)], folds[2].Train);
        Assert.Equal([new SampleRange(0, 110, 180)], folds[3].Train);
        Assert.Equal([new SampleRange(0, 0, 100)], folds[3].Stop);
        Assert.Equal([new SampleRange(0, 300, 100)], folds[3].Test);
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockedFolds.Divide([400], 2));
    }

    private static float[] Values(SampleRange range, (int[] Lengths, int Folds, int Gap, int Window, int Hop) one)
    {
        var samples = new AxisSamples(new MemorySamples([.. one.Lengths.Select(length => (ReadOnlyMemory<float>)Enumerable.Range(0, length).Select(i => (float)i).ToArray())]));
        return [.. WindowSet.Spread(RecordedWindows.Cut(samples, [range], one.Window, one.Hop, [new ZScoreNormaliser(0, 1)]), int.MaxValue).Values];
    }

    /// <summary>Every sample that a window of these ranges holds.</summary>
    private static HashSet<(int, int)> Samples(IReadOnlyList<SampleRange> ranges, (int[] Lengths, int Folds, int Gap, int Window, int Hop) one) =>
    [
        .. ranges.SelectMany(range => Values(range, one).Select(sample => (range.Recording, (int)sample))),
    ];
}
