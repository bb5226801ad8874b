using Thrum.Spectral.Filters;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Filters;

public sealed class MathNetFilterTests
{
    private static readonly FilterBand Band = FilterBand.BandPass(400, 1500, 8000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_InputCutAnyhow_EqualsOwnFilter(bool recursive)
    {
        (IStreamingFilter own, IStreamingFilter other) = Filters(recursive);
        float[] samples = Signals.Noise(3000, 9);
        float[] expected = new float[samples.Length];
        own.Process(samples, expected);
        float[] whole = new float[samples.Length];
        other.Process(samples, whole);
        (_, IStreamingFilter cut) = Filters(recursive);
        Random random = new(2);
        for (int at = 0; at < samples.Length;)
        {
            int count = Math.Min(samples.Length - at, random.Next(0, 500));
            cut.Process(samples.AsSpan(at, count), samples.AsSpan(at, count));
            at += count;
        }

        Assert.Equal(whole, samples);
        Assert.All(expected.Zip(whole), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_AfterBadSampleAndReset_IsAsNew(bool recursive)
    {
        (_, IStreamingFilter filter) = Filters(recursive);
        (_, IStreamingFilter fresh) = Filters(recursive);
        float[] samples = Signals.Noise(100, 9);
        float[] output = new float[100];
        float[] expected = new float[100];
        fresh.Process(samples, expected);

        filter.Process([1, float.NaN, 1, 1], output);
        Assert.Equal([false, true, true, true], output[..4].Select(float.IsNaN));
        filter.Reset();
        filter.Process(samples, output);

        Assert.All(expected.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Process_EmptyOrTooShort_TakesNothingOrThrows()
    {
        (_, IStreamingFilter filter) = Filters(recursive: true);

        filter.Process([], []);
        Assert.Throws<ArgumentOutOfRangeException>(() => filter.Process(new float[2], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MathNetFilter.OfTaps([]));
    }

    [Fact]
    public void Process_Warm_AllocatesNothing()
    {
        (_, IStreamingFilter filter) = Filters(recursive: true);
        float[] samples = Signals.Noise(100, 9);

        Assert.Equal(0, Allocations.WhenWarm(() => filter.Process(samples, samples)));
    }

    private static (IStreamingFilter Own, IStreamingFilter Other) Filters(bool recursive)
    {
        if (recursive)
        {
            Biquad[] sections = IirDesign.Elliptic(4, 0.5, 60, Band);
            return (new SosFilter(sections), MathNetFilter.OfSections(sections));
        }

        float[] taps = FirDesign.Taps(41, Band, SpectrumWindow.Hamming);
        return (new FirFilter(taps), MathNetFilter.OfTaps(taps));
    }
}
