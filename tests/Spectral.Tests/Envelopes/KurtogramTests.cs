using Thrum.Spectral.Envelopes;

namespace Thrum.Spectral.Tests.Envelopes;

public sealed class KurtogramTests
{
    [Theory]
    [InlineData(700)]
    [InlineData(2600)]
    [InlineData(4300)]
    public void Compute_RingingImpulses_FindsTheirResonance(double resonanceHz)
    {
        float[] samples = Gaussian(12000, 1, 0.2);
        for (int start = 60; start < samples.Length; start += 111)
        {
            for (int i = start; i < Math.Min(start + 100, samples.Length); i++)
            {
                samples[i] += (float)(2 * Math.Exp(-(i - start) / 8.0) * Math.Sin(2 * Math.PI * resonanceHz * (i - start) / 12000));
            }
        }

        Kurtogram plan = new(12000, 12000, 500);
        KurtogramBand best = plan.Compute(samples, [], new float[plan.ScratchLength]);

        Assert.InRange(resonanceHz, best.LowHz, best.HighHz);
        Assert.True(best.Kurtosis > 1, $"{best}");
        Assert.True(best.HighHz - best.LowHz >= 499);
    }

    [Fact]
    public void Compute_GaussianNoise_HasNoBandThatStandsOut()
    {
        Kurtogram plan = new(16384, 12000, 500);
        KurtogramBand[] bands = new KurtogramBand[plan.BandCount];

        KurtogramBand best = plan.Compute(Gaussian(16384, 3, 1), bands, new float[plan.ScratchLength]);

        Assert.All(bands, band => Assert.InRange(band.Kurtosis, -0.5, 0.5));
        Assert.Equal(bands.Max(band => band.Kurtosis), best.Kurtosis);
        Assert.Equal(new[] { 1, 2, 3, 4, 6, 8, 12 }.Sum(), plan.BandCount);
        Assert.Equal((0.0, 6000.0), (bands[0].LowHz, bands[0].HighHz));
    }

    [Fact]
    public void Compute_SteadyTone_HasKurtosisMinusOneInItsBand()
    {
        Kurtogram plan = new(4096, 4096, 1000);
        KurtogramBand[] bands = new KurtogramBand[plan.BandCount];

        plan.Compute(Signals.Sine(4096, 300), bands, new float[plan.ScratchLength]);

        Assert.Equal(-1, bands[0].Kurtosis, 0.02);
        Assert.Equal(-1, bands[1].Kurtosis, 0.02);
    }

    [Fact]
    public void Compute_SilenceOrBadSamples_HasTheStatedResult()
    {
        Kurtogram plan = new(256, 1000, 100);
        float[] samples = new float[256];

        Assert.Equal(-2, plan.Compute(samples, [], new float[plan.ScratchLength]).Kurtosis);
        samples[100] = float.NaN;
        Assert.True(double.IsNaN(plan.Compute(samples, [], new float[plan.ScratchLength]).Kurtosis));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Compute(samples, new KurtogramBand[1], new float[plan.ScratchLength]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Kurtogram(63, 1000, 100));
    }

    private static float[] Gaussian(int count, int seed, double deviation)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation
            * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
