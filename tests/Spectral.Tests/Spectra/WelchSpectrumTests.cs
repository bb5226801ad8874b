using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class WelchSpectrumTests
{
    [Fact]
    public void Compute_DriftingNoise_EqualsSciPy()
    {
        float[] samples = References.Noise(21, 3000);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(samples[i] + 0.5 + (0.0003 * i));
        }

        foreach (JsonElement expected in References.Read("welch.json").EnumerateArray())
        {
            WelchSpectrum welch = new(
                expected.Int("n"),
                expected.Int("hop"),
                8000,
                Enum.Parse<SpectrumWindow>(expected.Text("window"), ignoreCase: true),
                Enum.Parse<PowerScale>(expected.Text("scale"), ignoreCase: true),
                Enum.Parse<Trend>(expected.Text("trend")),
                expected.Double("parameter"));
            float[] power = new float[welch.BinCount];

            welch.Compute(samples, power, new float[welch.ScratchLength]);

            double[] reference = expected.Doubles("power");
            References.AssertClose(reference, power, 1e-5, 1e-9 * reference.Max());
        }
    }

    [Fact]
    public void Compute_DensityOfAnySamples_IntegratesToTheMeanSquare()
    {
        Gen<(int Length, int Seed)> cases = from length in Gen.Choose(1, 400) from seed in Gen.Choose(0, 1_000_000) select (length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] samples = Signals.Noise(chosen.Length, chosen.Seed);
            WelchSpectrum welch = new(chosen.Length, chosen.Length, 500, SpectrumWindow.Rectangular, trend: Trend.None);
            float[] power = new float[welch.BinCount];
            welch.Compute(samples, power, new float[welch.ScratchLength]);
            double integral = power.Sum(p => (double)p) * 500 / chosen.Length;
            double meanSquare = samples.Average(x => (double)x * x);
            return Math.Abs(integral - meanSquare) <= 1e-5 * meanSquare;
        }));
    }

    [Theory]
    [InlineData(SpectrumWindow.Hann)]
    [InlineData(SpectrumWindow.FlatTop)]
    [InlineData(SpectrumWindow.BlackmanHarris)]
    public void Compute_SpectrumOfASineOnABin_ReadsHalfTheSquaredAmplitude(SpectrumWindow window)
    {
        WelchSpectrum welch = new(400, 200, 1000, window, PowerScale.Spectrum);
        float[] power = new float[welch.BinCount];

        int segments = welch.Compute(Signals.Sine(2000, 500, 3), power, new float[welch.ScratchLength]);

        Assert.Equal(9, segments);
        Assert.Equal(250, welch.BinToHz(100));
        Assert.Equal(4.5, power[100], 1e-4);
    }

    [Fact]
    public void Compute_OneBadSample_MakesEveryBinNaN()
    {
        WelchSpectrum welch = new(64, 32, 1000);
        float[] samples = Signals.Noise(256, 1);
        samples[100] = float.PositiveInfinity;
        float[] power = new float[welch.BinCount];

        welch.Compute(samples, power, new float[welch.ScratchLength]);

        Assert.All(power, p => Assert.True(float.IsNaN(p)));
    }

    [Fact]
    public void Compute_Constant_IsZero()
    {
        WelchSpectrum welch = new(64, 32, 1000);
        float[] samples = new float[256];
        Array.Fill(samples, 7.25f);
        float[] power = new float[welch.BinCount];

        welch.Compute(samples, power, new float[welch.ScratchLength]);

        Assert.All(power, p => Assert.Equal(0, p));
    }

    [Fact]
    public void Compute_LessThanASegment_Throws()
    {
        WelchSpectrum welch = new(64, 32, 1000);

        Assert.Equal(0, welch.SegmentCount(63));
        Assert.Throws<ArgumentOutOfRangeException>(() => welch.Compute(new float[63], new float[33], new float[welch.ScratchLength]));
    }

    [Theory]
    [InlineData(0, 1, 1000)]
    [InlineData(64, 0, 1000)]
    [InlineData(64, 65, 1000)]
    [InlineData(64, 32, 0)]
    public void Constructor_ValueOutOfRange_Throws(int segment, int hop, double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WelchSpectrum(segment, hop, rate));

    [Fact]
    public void Compute_Warm_AllocatesNothing()
    {
        WelchSpectrum welch = new(250, 125, 1000, trend: Trend.Line);
        float[] samples = Signals.Noise(1000, 1);
        float[] power = new float[welch.BinCount];
        float[] scratch = new float[welch.ScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => welch.Compute(samples, power, scratch)));
    }
}
