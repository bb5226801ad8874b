using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Filters;

public sealed class FirFilterTests
{
    [Fact]
    public void Taps_EveryKind_EqualSciPy()
    {
        foreach (JsonElement expected in References.Read("fir.json").EnumerateArray())
        {
            FilterBand band = expected.Text("kind") switch
            {
                "lowpass" => FilterBand.LowPass(1000, 8000),
                "highpass" => FilterBand.HighPass(1000, 8000),
                "bandpass" => FilterBand.BandPass(600, 1500, 8000),
                _ => FilterBand.BandStop(600, 1500, 8000),
            };

            double[] actual = FirDesign.Exact(41, band, SpectrumWindow.Hamming, 0);

            Assert.Equal(expected.Doubles("taps"), actual, new Near(1e-12));
            Assert.Equal(actual.Select(tap => (float)tap), FirDesign.Taps(41, band));
        }
    }

    [Fact]
    public void Process_InputCutAnyhow_EqualsTheConvolution()
    {
        Gen<(int Length, int Taps, int Seed)> cases =
            from length in Gen.Choose(0, 2500) from taps in Gen.Choose(1, 90) from seed in Gen.Choose(0, 1_000_000) select (length, taps, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] input = Signals.Noise(chosen.Length, chosen.Seed);
            float[] taps = Signals.Noise(chosen.Taps, chosen.Seed + 1);
            FirFilter filter = new(taps);
            float[] actual = [.. input];
            Random random = new(chosen.Seed);
            for (int at = 0; at < input.Length;)
            {
                int count = Math.Min(input.Length - at, random.Next(0, 1500));
                filter.Process(actual.AsSpan(at, count), actual.AsSpan(at, count));
                at += count;
            }

            return Enumerable.Range(0, input.Length).All(i =>
                Math.Abs(actual[i] - Enumerable.Range(0, Math.Min(i + 1, taps.Length)).Sum(k => (double)taps[k] * input[i - k])) < 2e-5);
        }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Process_BadSample_SpoilsAsManyOutputsAsTaps(float bad)
    {
        float[] input = Signals.Noise(3000, 1);
        FirFilter filter = new(Signals.Noise(37, 2));
        FirFilter spoiled = new(Signals.Noise(37, 2));
        float[] clean = new float[3000];
        filter.Process(input, clean);
        input[1010] = bad;
        float[] output = new float[3000];

        spoiled.Process(input, output);

        Assert.Equal(Enumerable.Range(1010, 37), Enumerable.Range(0, 3000).Where(i => !float.IsFinite(output[i])));
        Assert.All(Enumerable.Range(0, 3000).Where(i => i is < 1010 or >= 1047), i => Assert.Equal(clean[i], output[i]));

        spoiled.Process([bad], output);
        spoiled.Reset();
        spoiled.Process([1f, 2f], output);
        Assert.True(float.IsFinite(output[0]) && float.IsFinite(output[1]));
    }

    [Fact]
    public void Process_NothingOneOrConstant_IsAsStated()
    {
        FirFilter filter = new([1f, 2f, 3f]);
        float[] output = new float[4];

        filter.Process([], []);
        filter.Process([5f], output);
        Assert.Equal(5f, output[0]);
        filter.Reset();
        filter.Process([2f, 2f, 2f, 2f], output);
        Assert.Equal([2f, 6f, 12f, 12f], output);
    }

    [Fact]
    public void Process_Warm_AllocatesNothing()
    {
        FirFilter filter = new(FirDesign.Taps(101, FilterBand.LowPass(1000, 8000)));
        float[] samples = Signals.Noise(3000, 1);

        Assert.Equal(0, Allocations.WhenWarm(() => filter.Process(samples, samples)));
        Assert.Equal(50, filter.DelaySamples);
    }

    [Fact]
    public void ResetAndErrors_AreAsStated()
    {
        FirFilter filter = new([1f, 2f]);
        float[] output = new float[1];
        filter.Process([5f], output);
        filter.Reset();
        filter.Process([1f], output);

        Assert.Equal(1f, output[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FirFilter([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => filter.Process(new float[2], output));
        Assert.Throws<ArgumentOutOfRangeException>(() => FirDesign.Taps(40, FilterBand.LowPass(1000, 8000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => FirDesign.Taps(41, default));
    }
}
