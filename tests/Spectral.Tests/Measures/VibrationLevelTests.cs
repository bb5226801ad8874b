using Thrum.Spectral.Measures;

namespace Thrum.Spectral.Tests.Measures;

public sealed class VibrationLevelTests
{
    // Every number of whole vectors and samples over, whatever the width of a vector.
    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 70), 255, 256, 257, 12_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Of_AnyLength_EqualsAPlainLoop(int length)
    {
        float[] samples = [.. Signals.Noise(length, length).Select(x => (3 * x) + 20)];
        double mean = samples.Sum(x => (double)x) / length;
        double second = samples.Sum(x => Math.Pow(x - mean, 2)) / length, fourth = samples.Sum(x => Math.Pow(x - mean, 4)) / length;
        double peak = samples.Max(x => Math.Abs(x - mean));

        var level = VibrationLevel.Of(samples);

        Assert.Equal(mean, level.Mean, 1e-13 * Math.Abs(mean));
        Assert.Equal(Math.Sqrt(second), level.Rms, 1e-12 * Math.Sqrt(second));
        Assert.Equal(peak, level.Peak, 1e-12 * peak);
        Assert.Equal((double)samples.Max() - samples.Min(), level.PeakToPeak);
        if (length > 1)
        {
            Assert.Equal(peak / Math.Sqrt(second), level.Crest, 1e-11 * level.Crest);
            Assert.Equal(fourth / (second * second), level.Kurtosis, 1e-11 * level.Kurtosis);
        }
    }

    [Fact]
    public void Of_SameSamplesElsewhereInMemory_IsTheSameToTheLastBit()
    {
        float[] samples = Signals.Noise(203, 5);
        var expected = VibrationLevel.Of(samples);
        float[] memory = new float[samples.Length + 40];
        for (int at = 0; at < 40; at++)
        {
            samples.CopyTo(memory, at);

            Assert.Equal(expected, VibrationLevel.Of(memory.AsSpan(at, samples.Length)));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Of_NonFiniteSampleAnywhere_IsNaN(float bad)
    {
        for (int at = 0; at < 41; at++)
        {
            float[] samples = Signals.Noise(41, 1);
            samples[at] = bad;

            var level = VibrationLevel.Of(samples);

            Assert.All([level.Mean, level.Rms, level.Peak, level.PeakToPeak, level.Crest, level.Kurtosis], value => Assert.True(double.IsNaN(value)));
        }
    }

    [Fact]
    public void Of_ExtremeSampleAnywhere_IsThePeak()
    {
        for (int at = 0; at < 41; at++)
        {
            foreach (float extreme in new[] { -100f, 100f })
            {
                float[] samples = Signals.Noise(41, 1);
                samples[at] = extreme;

                var level = VibrationLevel.Of(samples);

                Assert.Equal(Math.Abs(extreme - level.Mean), level.Peak);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(67)]
    public void Of_FlatSignal_HasNoShape(int length)
    {
        var level = VibrationLevel.Of([.. Enumerable.Repeat(0.1f, length)]);

        Assert.Equal(0.1f, level.Mean);
        Assert.Equal(0, level.Rms);
        Assert.True(double.IsNaN(level.Crest));
        Assert.True(double.IsNaN(level.Kurtosis));
    }

    [Fact]
    public void Of_GreatestFloats_StaysFinite()
    {
        float[] samples = [.. Enumerable.Range(0, 37).Select(i => i % 2 == 0 ? float.MaxValue : -float.MaxValue)];

        Assert.True(double.IsFinite(VibrationLevel.Of(samples).Kurtosis));
    }

    [Fact]
    public void Of_Nothing_Throws() => Assert.Throws<ArgumentException>(() => VibrationLevel.Of([]));
}
