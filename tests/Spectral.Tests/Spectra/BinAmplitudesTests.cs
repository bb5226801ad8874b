using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class BinAmplitudesTests
{
    [Fact]
    public void Compute_AnyLengthAndBins_EqualsDefinition()
    {
        Gen<(int Length, int Seed)> cases = Gen.Choose(1, 300).SelectMany(n => Gen.Choose(0, 100_000).Select(seed => (n, seed)));
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] samples = Signals.Noise(chosen.Length, chosen.Seed);
            Random random = new(chosen.Seed);
            int[] bins = [0, chosen.Length / 2, random.Next(0, (chosen.Length / 2) + 1), random.Next(0, (chosen.Length / 2) + 1)];
            float[] amplitudes = new float[bins.Length];

            new BinAmplitudes(chosen.Length, bins).Compute(samples, amplitudes);

            return bins.Zip(amplitudes).All(pair => Math.Abs(Signals.Amplitude(samples, pair.First) - pair.Second) < 2e-6);
        }));
    }

    [Fact]
    public void Compute_AllBins_EqualsAmplitudeSpectrum()
    {
        float[] samples = Signals.Noise(256, 3);
        AmplitudeSpectrum spectrum = new(256);
        float[] expected = new float[spectrum.BinCount];
        spectrum.Compute(samples, expected, new float[spectrum.ScratchLength]);
        float[] amplitudes = new float[129];

        new BinAmplitudes(256, [.. Enumerable.Range(0, 129)]).Compute(samples, amplitudes);

        Assert.All(expected.Zip(amplitudes), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Compute_NoBins_DoesNothing() => new BinAmplitudes(16, []).Compute(new float[16], []);

    [Fact]
    public void Compute_NaNSample_MakesAmplitudesNaN()
    {
        float[] samples = Signals.Noise(64, 1);
        samples[30] = float.NaN;
        float[] amplitudes = new float[2];

        new BinAmplitudes(64, [1, 5]).Compute(samples, amplitudes);

        Assert.All(amplitudes, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Compute_Warm_AllocatesNothing()
    {
        BinAmplitudes plan = new(256, [3, 6, 9, 12]);
        float[] samples = Signals.Noise(256, 3);
        float[] amplitudes = new float[4];

        Assert.Equal(0, Allocations.WhenWarm(() => plan.Compute(samples, amplitudes), runs: 200));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(256, -1)]
    [InlineData(256, 129)]
    public void Constructor_BinOutside_Throws(int length, int bin) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinAmplitudes(length, [bin]));

    [Fact]
    public void Compute_WrongSpan_Throws()
    {
        BinAmplitudes plan = new(256, [3, 6]);

        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Compute(new float[255], new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Compute(new float[256], new float[3]));
    }
}
