using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Tests.Transforms;

public sealed class RealFftTests
{
    public static TheoryData<int> Lengths =>
    [
        .. Enumerable.Range(1, 70),
        80, 81, 96, 100, 120, 125, 127, 240, 250, 270, 375, 480, 625, 720, 1200, 1500, 1536, 1875, 3000,
        128, 255, 256, 257, 500, 512, 1000, 1024, 2047, 2048, 2560,
    ];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_AnyLength_EqualsDftByDefinition(int length)
    {
        float[] samples = Signals.Noise(length, length);

        (float[] re, float[] im) = Forward(samples);

        // Float32: an error of about 1e-7 per pass, relative to the norm of the whole.
        double tolerance = 1e-6 * Signals.Norm(samples) * Math.Sqrt(length);
        for (int k = 0; k <= length / 2; k++)
        {
            (double expectedRe, double expectedIm) = Signals.Dft(samples, k);
            Assert.InRange(re[k], expectedRe - tolerance, expectedRe + tolerance);
            Assert.InRange(im[k], expectedIm - tolerance, expectedIm + tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Inverse_OfForward_GivesTheSamplesBack(int length)
    {
        float[] samples = Signals.Noise(length, 7 * length);
        RealFft fft = RealFft.Get(length);
        (float[] re, float[] im) = Forward(samples);
        float[] back = new float[length];

        fft.Inverse(re, im, back, new float[fft.ScratchLength]);

        Assert.All(samples.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 3e-6f));
    }

    [Fact]
    public void Inverse_OfForwardOfAnySamples_GivesThemBack()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Blocks(), samples =>
        {
            RealFft fft = RealFft.Get(samples.Length);
            (float[] re, float[] im) = Forward(samples);
            float[] back = new float[samples.Length];
            fft.Inverse(re, im, back, new float[fft.ScratchLength]);
            return samples.Zip(back).All(pair => Math.Abs(pair.First - pair.Second) <= 3e-6f);
        }));
    }

    [Fact]
    public void Forward_AnySamples_KeepsTheEnergy()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Blocks(), samples =>
        {
            (float[] re, float[] im) = Forward(samples);
            double spectral = 0;
            for (int k = 0; k < re.Length; k++)
            {
                bool alone = k == 0 || 2 * k == samples.Length;
                spectral += (alone ? 1 : 2) * (((double)re[k] * re[k]) + ((double)im[k] * im[k])) / samples.Length;
            }

            double energy = samples.Sum(x => (double)x * x);
            return Math.Abs(spectral - energy) <= 1e-5 * energy;
        }));
    }

    [Fact]
    public void Forward_SumOfSignals_IsSumOfSpectra()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Blocks(), samples =>
        {
            float[] other = Signals.Noise(samples.Length, 99);
            float[] both = [.. samples.Zip(other, (a, b) => (2 * a) - (3 * b))];
            (float[] aRe, float[] aIm) = Forward(samples);
            (float[] bRe, float[] bIm) = Forward(other);
            (float[] re, float[] im) = Forward(both);
            double tolerance = 1e-5 * (Signals.Norm(samples) + Signals.Norm(other)) * Math.Sqrt(samples.Length);
            return Enumerable.Range(0, re.Length).All(k =>
                Math.Abs(re[k] - ((2 * aRe[k]) - (3 * bRe[k]))) <= tolerance
                && Math.Abs(im[k] - ((2 * aIm[k]) - (3 * bIm[k]))) <= tolerance);
        }));
    }

    [Theory]
    [InlineData(256, 17)]
    [InlineData(1024, 300)]
    [InlineData(45, 11)]
    public void Forward_SineOnABin_StandsInThatBinAlone(int length, int bin)
    {
        (float[] re, float[] im) = Forward(Signals.Sine(length, bin));

        for (int k = 0; k < re.Length; k++)
        {
            Assert.Equal(0, re[k], 1e-5 * length);
            Assert.Equal(k == bin ? -length / 2.0 : 0, im[k], 1e-5 * length);
        }
    }

    [Fact]
    public void Forward_OneMillionSamples_KeepsFloatAccuracy()
    {
        const int Length = 1 << 20;
        (float[] re, float[] im) = Forward(Signals.Sine(Length, 12345, phase: 0.4));

        Assert.Equal(Length / 2 * Math.Sin(0.4), re[12345], 0.2);
        Assert.Equal(-Length / 2 * Math.Cos(0.4), im[12345], 0.2);
        Assert.Equal(0, re[12346], 0.2);
    }

    [Theory]
    [InlineData(12000)]
    [InlineData(25600)]
    [InlineData(59049)]
    [InlineData(65537)]
    public void Forward_LongWindow_EqualsDftByDefinition(int length)
    {
        float[] samples = Signals.Noise(length, 3);

        (float[] re, float[] im) = Forward(samples);

        double tolerance = 1e-6 * Signals.Norm(samples) * Math.Sqrt(length);
        for (int k = 0; k <= length / 2; k += 1 + (length / 150))
        {
            (double expectedRe, double expectedIm) = Signals.Dft(samples, k);
            Assert.InRange(re[k], expectedRe - tolerance, expectedRe + tolerance);
            Assert.InRange(im[k], expectedIm - tolerance, expectedIm + tolerance);
        }
    }

    [Fact]
    public void Get_SameLength_IsTheSamePlan() => Assert.Same(RealFft.Get(300), RealFft.Get(300));

    [Fact]
    public void Get_LengthBelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => RealFft.Get(0));

    [Theory]
    [InlineData(63, 33, 33, 0)]
    [InlineData(64, 32, 33, 0)]
    [InlineData(64, 33, 32, 0)]
    [InlineData(64, 33, 33, -1)]
    public void Forward_WrongSpan_Throws(int samples, int real, int imaginary, int scratchMore)
    {
        RealFft fft = RealFft.Get(64);
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.Forward(
            new float[samples], new float[real], new float[imaginary], new float[fft.ScratchLength + scratchMore]));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    [InlineData(360)]
    [InlineData(251)]
    public void ForwardAndInverse_Warm_AllocateNothing(int length)
    {
        RealFft fft = RealFft.Get(length);
        float[] samples = Signals.Noise(length, 1);
        float[] re = new float[fft.SpectrumLength];
        float[] im = new float[fft.SpectrumLength];
        float[] scratch = new float[fft.ScratchLength];

        long allocated = Allocations.WhenWarm(
            () =>
            {
                fft.Forward(samples, re, im, scratch);
                fft.Inverse(re, im, samples, scratch);
            },
            runs: 100);

        Assert.Equal(0, allocated);
    }

    private static (float[] Re, float[] Im) Forward(float[] samples)
    {
        RealFft fft = RealFft.Get(samples.Length);
        float[] re = new float[fft.SpectrumLength];
        float[] im = new float[fft.SpectrumLength];
        float[] scratch = new float[fft.ScratchLength];
        scratch.AsSpan().Fill(float.NaN);
        fft.Forward(samples, re, im, scratch);
        return (re, im);
    }

    private static Arbitrary<float[]> Blocks() =>
        Gen.Choose(1, 600).SelectMany(length => Gen.Choose(0, 1_000_000).Select(seed => Signals.Noise(length, seed))).ToArbitrary();
}
