using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Filters;

public sealed class DetrendTests
{
    [Theory]
    [InlineData(Trend.None)]
    [InlineData(Trend.Mean)]
    [InlineData(Trend.Line)]
    public void Remove_Line_LeavesWhatTheTrendDoesNotHold(Trend trend)
    {
        float[] samples = [.. Enumerable.Range(0, 101).Select(i => 5f + (0.25f * i))];
        float[] output = new float[101];

        Detrend.Remove(trend, samples, output);

        for (int i = 0; i < 101; i++)
        {
            double expected = trend switch { Trend.None => samples[i], Trend.Mean => 0.25 * (i - 50), _ => 0 };
            Assert.Equal(expected, output[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(Trend.Mean)]
    [InlineData(Trend.Line)]
    public void Remove_FewOrBadSamples_HasTheStatedResult(Trend trend)
    {
        Detrend.Remove(trend, [], []);
        float[] one = [3f];
        Detrend.Remove(trend, one, one);
        float[] bad = [1, float.NaN, 2];
        Detrend.Remove(trend, bad, bad);

        Assert.Equal(0, one[0]);
        Assert.All(bad, value => Assert.True(float.IsNaN(value)));
    }

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 70), 256];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Remove_MeanOfAnyLength_EqualsAPlainLoop(int length)
    {
        float[] samples = [.. Signals.Noise(length, length).Select(x => x + 100)];
        double mean = samples.Sum(x => (double)x) / length;
        float[] output = [.. samples, 7];

        Detrend.Remove(Trend.Mean, output.AsSpan(0, length), output);

        // As near as a float can tell, and nothing behind the samples.
        Assert.All(Enumerable.Range(0, length), i => Assert.Equal(samples[i] - mean, output[i], 1e-13 + (1e-7 * Math.Abs(samples[i] - mean))));
        Assert.Equal(7, output[length]);
    }

    [Fact]
    public void Remove_ShortOutputOrUnknownTrend_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Detrend.Remove(Trend.Mean, new float[3], new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Detrend.Remove((Trend)9, new float[3], new float[3]));
    }
}
