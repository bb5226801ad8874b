using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Filters;

public sealed class SosFilterTests
{
    private static readonly Biquad[] BandPass = IirDesign.Elliptic(4, 0.5, 60, FilterBand.BandPass(400, 1500, 8000));
    private static readonly Biquad[] LowPass = IirDesign.Butterworth(5, FilterBand.LowPass(900, 8000));

    [Fact]
    public void ProcessAndZeroPhase_Noise_EqualSciPy()
    {
        float[] samples = References.Noise(31, 400);
        float[] shifted = [.. samples.Select(x => x + 3)];
        foreach (JsonElement expected in References.Read("filtered.json").EnumerateArray())
        {
            Biquad[] sections = expected.Text("name") == "lowpass" ? LowPass : BandPass;
            SosFilter filter = new(sections);
            ZeroPhaseFilter zeroPhase = new(sections);
            float[] forward = new float[400];
            float[] primed = new float[400];
            float[] both = new float[400];

            filter.Process(samples, forward);
            filter.Prime(3);
            filter.Process(shifted, primed);
            zeroPhase.Apply(samples, both, new double[zeroPhase.ScratchLength(400)]);

            References.AssertClose(expected.Doubles("forward"), forward, 1e-5, 1e-8);

            // 3 is added in float32 here and in float64 there.
            References.AssertClose(expected.Doubles("primed"), primed, 1e-5, 5e-7);
            References.AssertClose(expected.Doubles("zeroPhase"), both, 1e-5, 1e-8);
        }
    }

    [Fact]
    public void Process_InputCutAnyhow_GivesTheSameBits()
    {
        Gen<(int Length, int Seed)> cases = from length in Gen.Choose(0, 3000) from seed in Gen.Choose(0, 1_000_000) select (length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            float[] input = Signals.Noise(chosen.Length, chosen.Seed);
            float[] whole = new float[chosen.Length];
            new SosFilter(BandPass).Process(input, whole);
            SosFilter cut = new(BandPass);
            Random random = new(chosen.Seed);
            for (int at = 0; at < input.Length;)
            {
                int count = Math.Min(input.Length - at, random.Next(0, 700));
                cut.Process(input.AsSpan(at, count), input.AsSpan(at, count));
                at += count;
            }

            return whole.AsSpan().SequenceEqual(input);
        }));
    }

    [Fact]
    public void Prime_HighPassOnAnOffset_LeavesNothing()
    {
        SosFilter filter = new(IirDesign.Butterworth(1, FilterBand.HighPass(1, 8000)));
        float[] samples = new float[1000];
        Array.Fill(samples, 9.81f);

        filter.Prime(9.81f);
        filter.Process(samples, samples);

        Assert.All(samples, value => Assert.Equal(0, value, 1e-6));
    }

    [Fact]
    public void Process_AfterBadSample_IsNaNUntilReset()
    {
        SosFilter filter = new(LowPass);
        float[] output = new float[4];

        filter.Process([1, float.NaN, 1, 1], output);
        Assert.Equal([false, true, true, true], output.Select(float.IsNaN));
        filter.Reset();
        filter.Process([1, 1, 1, 1], output);

        Assert.All(output, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Process_LongSilence_EndsAtExactlyZero()
    {
        SosFilter filter = new(LowPass);
        float[] samples = new float[20000];
        samples[0] = 1;

        filter.Process(samples, samples);
        filter.Process(new float[256], samples);

        Assert.All(samples[..256], value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public void Apply_ShortConstant_StaysConstant(int length)
    {
        ZeroPhaseFilter filter = new(LowPass);
        float[] samples = new float[length];
        Array.Fill(samples, 2.5f);

        filter.Apply(samples, samples, new double[filter.ScratchLength(length)]);

        Assert.All(samples, value => Assert.Equal(2.5, value, 1e-5));
    }

    [Fact]
    public void Apply_SineInThePassBand_KeepsItsPhase()
    {
        ZeroPhaseFilter filter = new(LowPass);
        float[] samples = Signals.Sine(2000, 50);
        float[] output = new float[2000];

        filter.Apply(samples, output, new double[filter.ScratchLength(2000)]);

        Assert.All(Enumerable.Range(200, 1600), i => Assert.Equal(samples[i], output[i], 1e-4));
    }

    [Fact]
    public void ProcessAndApply_Warm_AllocateNothing()
    {
        SosFilter filter = new(BandPass);
        ZeroPhaseFilter zeroPhase = new(BandPass);
        float[] samples = Signals.Noise(1000, 1);
        float[] output = new float[1000];
        double[] scratch = new double[zeroPhase.ScratchLength(1000)];

        Assert.Equal(0, Allocations.WhenWarm(() => filter.Process(samples, output)));
        Assert.Equal(0, Allocations.WhenWarm(() => zeroPhase.Apply(samples, output, scratch)));
    }

    [Fact]
    public void ProcessAndApply_WrongSpan_Throw()
    {
        ZeroPhaseFilter zeroPhase = new(LowPass);

        Assert.Throws<ArgumentOutOfRangeException>(() => new SosFilter(LowPass).Process(new float[2], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => zeroPhase.Apply(new float[2], new float[2], new double[5]));
    }
}
