using Thrum.Detector.Quality;

namespace Thrum.Detector.Tests.Quality;

public sealed class SampleScanTests
{
    private static readonly float[] Odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3, float.MaxValue, 0.5f];

    [Fact]
    public void Of_AnyLengthAndPlace_EqualsTheLoop()
    {
        for (int length = 1; length <= 67; length++)
        {
            float[] samples = new float[length];
            Array.Fill(samples, 0.5f);
            Assert.Equal((true, true), SampleScan.Of(samples));
            foreach (float odd in Odd)
            {
                for (int at = 0; at < length; at++)
                {
                    samples[at] = odd;
                    Assert.Equal((float.IsFinite(odd), odd == 0.5f || length == 1), SampleScan.Of(samples));
                    samples[at] = 0.5f;
                }
            }
        }
    }

    [Fact]
    public void CountOutside_AnyLength_EqualsTheLoop()
    {
        for (int length = 0; length <= 67; length++)
        {
            float[] samples = [.. Enumerable.Range(0, length).Select(i => i % 11 == 10 ? float.NaN : (i * 7 % 23) - 11f)];

            Assert.Equal(samples.Count(x => x is <= -9 or >= 8), SampleScan.CountOutside(samples, -9, 8));
            Assert.Equal(samples.Count(x => x >= 8), SampleScan.CountOutside(samples, float.NegativeInfinity, 8));
        }
    }
}
