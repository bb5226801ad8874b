using FsCheck;
using FsCheck.Fluent;
using Thrum.Training.Data;

namespace Thrum.Training.Tests.Data;

public sealed class BlockedSplitTests
{
    [Fact]
    public void Divide_OfOneRecording_CutsInOrderOfTime()
    {
        BlockedSplit split = BlockedSplit.Divide([1000], new SplitFractions(0.6, 0.2, 0.2));
        Assert.Equal([new SampleRange(0, 0, 600)], split.Train);
        Assert.Equal([new SampleRange(0, 600, 200)], split.Validation);
        Assert.Equal([new SampleRange(0, 800, 200)], split.Calibration);
    }

    [Fact]
    public void Divide_WithGap_LeavesSamplesOutAtEachBoundary()
    {
        BlockedSplit split = BlockedSplit.Divide([1000], new SplitFractions(0.5, 0.5, 0), rounds: 2, gapSamples: 10);
        Assert.Equal([new SampleRange(0, 0, 250), new SampleRange(0, 510, 240)], split.Train);
        Assert.Equal([new SampleRange(0, 260, 240), new SampleRange(0, 760, 240)], split.Validation);
        Assert.Empty(split.Calibration);
    }

    /// <summary>Samples carry their own index as value, so a window shows which samples it took.</summary>
    [Fact]
    public void WindowsOfDifferentParts_NeverShareASample() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(50, 2000).Three().Zip(Gen.Choose(1, 40).Three()).ToArbitrary(),
        draw =>
        {
            (int a, int b, int c) = draw.Item1;
            (int window, int hop, int rounds) = draw.Item2;
            ReadOnlyMemory<float>[] recordings = [Indices(a, 0), Indices(b, a), Indices(c, a + b)];
            BlockedSplit split = BlockedSplit.Divide([a, b, c], SplitFractions.Default, Math.Min(rounds, 5));

            HashSet<float> train = Samples(recordings, split.Train, window, hop);
            HashSet<float> validation = Samples(recordings, split.Validation, window, hop);
            HashSet<float> calibration = Samples(recordings, split.Calibration, window, hop);

            return !train.Overlaps(validation) && !train.Overlaps(calibration) && !validation.Overlaps(calibration);
        }));

    [Theory]
    [InlineData(0.0, 0.5, 0.5)]
    [InlineData(0.6, 0.2, 0.1)]
    [InlineData(1.2, -0.2, 0.0)]
    [InlineData(double.NaN, 0.5, 0.5)]
    public void Divide_WithWrongFractions_IsRefused(double train, double validation, double calibration) =>
        Assert.Throws<ArgumentException>(() => BlockedSplit.Divide([100], new SplitFractions(train, validation, calibration)));

    private static ReadOnlyMemory<float> Indices(int count, int first) => Enumerable.Range(first, count).Select(i => (float)i).ToArray();

    private static HashSet<float> Samples(ReadOnlyMemory<float>[] recordings, IReadOnlyList<SampleRange> ranges, int window, int hop) =>
        [.. WindowSet.Spread(RecordedWindows.Cut(new AxisSamples(new MemorySamples(recordings)), ranges, window, hop, [new ZScoreNormaliser(0, 1)]), int.MaxValue).Values];
}
