using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class TrainingAnchorsTests
{
    [Theory]
    [InlineData(0, 20_000, 1, 1)]
    [InlineData(7001, 20_000, 0.4, 0.9)]
    [InlineData(20_000, 40_000, 0, 0)]
    public void Overlap_PartOfTheSamples_IsAboutItsShare(int from, int to, double least, double greatest)
    {
        float[] samples = Noise(40_000, 1);
        string anchors = TrainingAnchors.Of([samples.AsMemory(0, 20_000)]);

        Assert.InRange(TrainingAnchors.Overlap(anchors, [samples.AsMemory(from..to)]), least, greatest);
    }

    [Fact]
    public void Overlap_OtherSamplesOrSilence_IsNone()
    {
        float[] silence = new float[1000];
        string anchors = TrainingAnchors.Of([Noise(5000, 1), silence]);

        Assert.Equal(0, TrainingAnchors.Overlap(anchors, [Noise(50_000, 2)]));
        Assert.Equal(0, TrainingAnchors.Overlap(anchors, [silence]));
        Assert.Equal(0, TrainingAnchors.Overlap("", [Noise(100, 1)]));
    }

    /// <summary>What fills a gap is in many recordings, and no sample of any.</summary>
    [Fact]
    public void Of_MissingSamples_IsEmpty() => Assert.Equal("", TrainingAnchors.Of([Enumerable.Repeat(float.NaN, 1000).ToArray()]));

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }
}
