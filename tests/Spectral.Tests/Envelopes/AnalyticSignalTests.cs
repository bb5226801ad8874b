using System.Text.Json;
using Thrum.Spectral.Envelopes;

namespace Thrum.Spectral.Tests.Envelopes;

public sealed class AnalyticSignalTests
{
    [Fact]
    public void HilbertEnvelopeAndCepstrum_Noise_EqualSciPy()
    {
        foreach (JsonElement expected in References.Read("analytic.json").EnumerateArray())
        {
            int n = expected.Int("n");
            float[] samples = References.Noise(41, n);
            AnalyticSignal plan = new(n);
            Cepstrum cepstrum = new(n);
            float[] quadrature = new float[n];
            float[] envelope = new float[n];
            float[] quefrencies = new float[cepstrum.QuefrencyCount];

            plan.Hilbert(samples, quadrature, new float[plan.ScratchLength]);
            plan.Envelope(samples, envelope, new float[plan.ScratchLength]);
            cepstrum.Compute(samples, quefrencies, new float[cepstrum.ScratchLength]);

            References.AssertClose(expected.Doubles("quadrature"), quadrature, 1e-5, 1e-6);
            References.AssertClose(expected.Doubles("envelope"), envelope, 1e-5, 1e-6);
            References.AssertClose(expected.Doubles("cepstrum"), quefrencies, 1e-5, 2e-6);
        }
    }

    [Fact]
    public void Envelope_ModulatedCarrier_IsTheModulation()
    {
        float[] samples = [.. Enumerable.Range(0, 1000).Select(i =>
            (float)((1 + (0.5 * Math.Cos(2 * Math.PI * 5 * i / 1000))) * Math.Sin(2 * Math.PI * 200 * i / 1000)))];
        AnalyticSignal plan = new(1000);
        float[] envelope = new float[1000];

        plan.Envelope(samples, envelope, new float[plan.ScratchLength]);

        Assert.All(envelope, (value, i) => Assert.Equal(1 + (0.5 * Math.Cos(2 * Math.PI * 5 * i / 1000)), value, 1e-5));
    }

    [Fact]
    public void Cepstrum_Echo_PeaksAtItsDelay()
    {
        float[] samples = Signals.Noise(4096, 3);
        for (int i = 4095; i >= 100; i--)
        {
            samples[i] += 0.6f * samples[i - 100];
        }

        Cepstrum plan = new(4096);
        float[] cepstrum = new float[plan.QuefrencyCount];
        plan.Compute(samples, cepstrum, new float[plan.ScratchLength]);

        Assert.Equal(100, Array.IndexOf(cepstrum, cepstrum[20..].Max()));
        plan.Compute(new float[4096], cepstrum, new float[plan.ScratchLength]);
        Assert.All(cepstrum, value => Assert.Equal(0, value));
        samples[7] = float.NaN;
        plan.Compute(samples, cepstrum, new float[plan.ScratchLength]);
        Assert.All(cepstrum, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void EnvelopeAndCepstrum_Warm_AllocateNothing()
    {
        AnalyticSignal plan = new(250);
        Cepstrum cepstrum = new(250);
        float[] samples = Signals.Noise(250, 1);
        float[] output = new float[250];
        float[] quefrencies = new float[126];
        float[] scratch = new float[Math.Max(plan.ScratchLength, cepstrum.ScratchLength)];

        Assert.Equal(0, Allocations.WhenWarm(() => plan.Envelope(samples, output, scratch)));
        Assert.Equal(0, Allocations.WhenWarm(() => cepstrum.Compute(samples, quefrencies, scratch)));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Envelope(samples, output, new float[3]));
    }
}
