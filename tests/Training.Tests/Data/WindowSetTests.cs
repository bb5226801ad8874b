using Thrum.Training.Data;

namespace Thrum.Training.Tests.Data;

public sealed class WindowSetTests
{
    private static readonly ReadOnlyMemory<float> Ten = Enumerable.Range(0, 10).Select(i => (float)i).ToArray();

    [Fact]
    public void Cut_WithOverlap_StartsOnMultiplesOfTheHop()
    {
        RecordedWindows windows = Cut([Ten], windowSamples: 4, hopSamples: 3);
        Assert.Equal(3, windows.Count);
        Assert.Equal([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9], Values(windows));
    }

    [Fact]
    public void Cut_InsideARange_KeepsTheRecordingsGrid()
    {
        RecordedWindows windows = Cut([Ten], [new SampleRange(0, 1, 7)], windowSamples: 3, hopSamples: 2);
        Assert.Equal([2, 3, 4, 4, 5, 6], Values(windows));
    }

    [Fact]
    public void Cut_OverNaNAndInfinity_SkipsAndCounts()
    {
        float[] samples = [0, 1, float.NaN, 3, 4, 5, float.PositiveInfinity, 7];
        RecordedWindows windows = Cut([samples], 2, 2);
        Assert.Equal([0, 1, 4, 5], Values(windows));
        Assert.Equal(2, windows.SkippedNonFinite);
    }

    [Fact]
    public void Cut_OfShortRecording_GivesNone() => Assert.Equal(0, Cut([Ten], 11, 1).Count);

    [Fact]
    public void Cut_OutsideTheRecording_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Cut([Ten], [new SampleRange(0, 5, 6)], 2, 1));
        Assert.Throws<ArgumentException>(() => Cut([Ten], [new SampleRange(1, 0, 5)], 2, 1));
    }

    [Fact]
    public void Constructor_OfBadMatrix_SaysWhere()
    {
        Assert.Throws<ArgumentException>(() => new WindowSet([1, 2, 3], 2));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => new WindowSet([1, 2, 3, float.NaN], 2));
        Assert.StartsWith("the value at index 3 (window 1) is NaN", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_CountsEachTrainingSampleOnceAndNoOther()
    {
        float[] samples = [1, 3, float.NaN, 1, 3, 1000, 1000];
        var normaliser = new AxisSamples(new MemorySamples([samples])).Fit(0, [new SampleRange(0, 0, 5)]);
        Assert.Equal(new ZScoreNormaliser(2, 1), normaliser);
        Assert.Equal([-1, 1, 3, 5], normaliser.Apply(new WindowSet([1, 3, 5, 7], 2)).Values);
    }

    [Fact]
    public void Fit_OfSmallVibrationOnLargeOffset_KeepsItsDigits()
    {
        float[] samples = [.. Enumerable.Range(0, 1000).Select(i => 1000f + (i % 2 == 0 ? 0.25f : -0.25f))];
        var normaliser = ZScoreNormaliser.Fit(samples);
        Assert.Equal(0.25f, normaliser.StandardDeviation, 1e-6f);
    }

    [Fact]
    public void Fit_OfConstantOrNothing_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ZScoreNormaliser.Fit(new float[] { 2, 2, 2 }));
        Assert.Throws<ArgumentException>(() => ZScoreNormaliser.Fit(new float[] { float.NaN }));
    }

    private static RecordedWindows Cut(ReadOnlyMemory<float>[] recordings, int windowSamples, int hopSamples) =>
        Cut(recordings, new AxisSamples(new MemorySamples(recordings)).Whole, windowSamples, hopSamples);

    private static RecordedWindows Cut(ReadOnlyMemory<float>[] recordings, IReadOnlyList<SampleRange> ranges, int windowSamples, int hopSamples) =>
        RecordedWindows.Cut(new AxisSamples(new MemorySamples(recordings)), ranges, windowSamples, hopSamples, [new ZScoreNormaliser(0, 1)]);

    private static float[] Values(IWindowSource windows) => [.. WindowSet.Spread(windows, int.MaxValue).Values];
}
