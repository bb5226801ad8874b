using System.Text.Json;
using Thrum.Spectral.Envelopes;

namespace Thrum.Spectral.Tests.Envelopes;

public sealed class EnvelopeSpectrumTests
{
    [Fact]
    public void SquaredEnvelope_Noise_HasTheMeanOfTheUndecimatedOne()
    {
        JsonElement expected = References.Read("envelope.json");
        EnvelopeSpectrum plan = new(2048, 8000, 500, 1496.1);
        float[] amplitudes = new float[plan.BinCount];

        float mean = plan.Compute(References.Noise(42, 2048), amplitudes, new float[plan.ScratchLength]);

        Assert.Equal(256, plan.BinCount);
        Assert.Equal(500, plan.LowHz, 1e-9);
        Assert.Equal(expected.Double("mean"), mean, 1e-6);

        // The spectra are the same but for the alias of the window's few outermost bins.
        References.AssertClose(expected.Doubles("amplitudes"), amplitudes[1..], 1e-5, 1e-6);
    }

    [Fact]
    public void Compute_ModulatedCarrier_ReadsTheModulation()
    {
        // Squared envelope (1 + m·cos)² = 1 + m²/2 + 2m·cos + m²/2·cos 2.
        float[] samples = [.. Enumerable.Range(0, 12000).Select(i =>
            (float)((1 + (0.4 * Math.Cos(2 * Math.PI * 107 * i / 12000))) * Math.Sin(2 * Math.PI * 3000 * i / 12000)))];
        EnvelopeSpectrum plan = new(12000, 12000, 2000, 4000);
        float[] amplitudes = new float[plan.BinCount];

        float mean = plan.Compute(samples, amplitudes, new float[plan.ScratchLength]);

        Assert.Equal(1, plan.BinHz, 1e-12);
        Assert.Equal(1.08, mean, 1e-4);
        Assert.Equal(0.8, amplitudes[107], 1e-4);
        Assert.Equal(0.08, amplitudes[214], 1e-4);
        Assert.Equal(0, amplitudes[300], 1e-4);
    }

    [Fact]
    public void Compute_SilenceOrBadSamples_HasTheStatedResult()
    {
        EnvelopeSpectrum plan = new(256, 1000, 100, 300);
        float[] amplitudes = new float[plan.BinCount];
        float[] samples = new float[256];
        Array.Fill(samples, 3f);

        Assert.Equal(0, plan.Compute(samples, amplitudes, new float[plan.ScratchLength]));
        Assert.All(amplitudes, value => Assert.Equal(0, value));
        samples[9] = float.NaN;
        Assert.True(float.IsNaN(plan.Compute(samples, amplitudes, new float[plan.ScratchLength])));
    }

    [Theory]
    [InlineData(15, 1000, 100, 300)]
    [InlineData(256, 1000, 100, 501)]
    [InlineData(256, 1000, 300, 100)]
    [InlineData(256, 1000, 100, 110)]
    [InlineData(256, 1000, -1, 110)]
    public void Constructor_ValueOutOfRange_Throws(int samples, double rate, double low, double high) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnvelopeSpectrum(samples, rate, low, high));

    [Fact]
    public void Compute_Warm_AllocatesNothing()
    {
        EnvelopeSpectrum plan = new(1000, 1000, 100, 300);
        Kurtogram kurtogram = new(1000, 1000, 50);
        float[] samples = Signals.Noise(1000, 1);
        float[] amplitudes = new float[plan.BinCount];
        float[] scratch = new float[Math.Max(plan.ScratchLength, kurtogram.ScratchLength)];

        Assert.Equal(0, Allocations.WhenWarm(() => plan.Compute(samples, amplitudes, scratch)));
        Assert.Equal(0, Allocations.WhenWarm(() => kurtogram.Compute(samples, [], scratch)));
    }
}
