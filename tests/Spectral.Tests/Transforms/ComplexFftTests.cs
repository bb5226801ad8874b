using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Tests.Transforms;

public sealed class ComplexFftTests
{
    /// <summary>x[(i − d) mod n] has the spectrum X[k]·e^(−2πi·kd/n).</summary>
    [Fact]
    public void Forward_ShiftedValues_TurnTheSpectrum()
    {
        Gen<(int Length, int Seed)> cases = from length in Gen.Choose(1, 600) from seed in Gen.Choose(0, 1_000_000) select (length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            int n = chosen.Length;
            int shift = chosen.Seed % n;
            float[] re = Signals.Noise(n, chosen.Seed);
            float[] im = Signals.Noise(n, chosen.Seed + 1);
            float[] shiftedRe = [.. Enumerable.Range(0, n).Select(i => re[(i - shift + n) % n])];
            float[] shiftedIm = [.. Enumerable.Range(0, n).Select(i => im[(i - shift + n) % n])];
            Forward(re, im);
            Forward(shiftedRe, shiftedIm);
            double tolerance = 1e-5 * Math.Sqrt(n);
            return Enumerable.Range(0, n).All(k =>
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)k * shift % n) / n);
                return Math.Abs(shiftedRe[k] - ((re[k] * cos) - (im[k] * sin))) <= tolerance
                    && Math.Abs(shiftedIm[k] - ((re[k] * sin) + (im[k] * cos))) <= tolerance;
            });
        }));
    }

    [Fact]
    public void Inverse_OfForwardOfAnyValues_GivesThemBack()
    {
        Gen<(int Length, int Seed)> cases = from length in Gen.Choose(1, 600) from seed in Gen.Choose(0, 1_000_000) select (length, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            ComplexFft fft = ComplexFft.Get(chosen.Length);
            float[] re = Signals.Noise(chosen.Length, chosen.Seed);
            float[] im = Signals.Noise(chosen.Length, chosen.Seed + 1);
            (float[] backRe, float[] backIm) = ([.. re], [.. im]);
            Forward(backRe, backIm);
            fft.Inverse(backRe, backIm, new float[fft.ScratchLength]);
            return re.Zip(backRe).Concat(im.Zip(backIm)).All(pair => Math.Abs(pair.First - pair.Second) <= 3e-6f);
        }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(45)]
    [InlineData(101)]
    public void ForwardAndInverse_Constant_GoToBinZeroAndBack(int length)
    {
        float[] re = [.. Enumerable.Repeat(2f, length)];
        float[] im = [.. Enumerable.Repeat(-3f, length)];

        Forward(re, im);
        Assert.Equal(2.0 * length, re[0], 1e-4);
        Assert.Equal(-3.0 * length, im[0], 1e-4);
        Assert.All(re.Skip(1).Concat(im.Skip(1)), value => Assert.Equal(0, value, 1e-3));

        ComplexFft.Get(length).Inverse(re, im, new float[ComplexFft.Get(length).ScratchLength]);
        Assert.All(re, value => Assert.Equal(2, value, 1e-5));
        Assert.All(im, value => Assert.Equal(-3, value, 1e-5));
    }

    [Theory]
    [InlineData(16, float.NaN)]
    [InlineData(45, float.PositiveInfinity)]
    [InlineData(101, float.NaN)]
    public void Forward_BadValue_LeavesNothingFinite(int length, float bad)
    {
        float[] re = Signals.Noise(length, 1);
        float[] im = Signals.Noise(length, 2);
        re[length / 3] = bad;

        Forward(re, im);

        Assert.All(re.Zip(im), pair => Assert.False(float.IsFinite(pair.First) && float.IsFinite(pair.Second)));
    }

    [Fact]
    public void Get_WrongOrSameLength_ThrowsOrIsShared()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ComplexFft.Get(0));
        Assert.Same(ComplexFft.Get(40), ComplexFft.Get(40));
        ComplexFft fft = ComplexFft.Get(40);
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.Forward(new float[39], new float[40], new float[fft.ScratchLength]));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.Inverse(new float[40], new float[41], new float[fft.ScratchLength]));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.Forward(new float[40], new float[40], new float[fft.ScratchLength - 1]));
    }

    [Fact]
    public void ForwardAndInverse_ManyThreadsOnOnePlan_AgreeWithOne()
    {
        foreach (int length in (int[])[256, 360, 251])
        {
            float[] expectedRe = Signals.Noise(length, 4);
            float[] expectedIm = Signals.Noise(length, 5);
            Forward(expectedRe, expectedIm);
            Parallel.For(0, 64, _ =>
            {
                float[] re = Signals.Noise(length, 4);
                float[] im = Signals.Noise(length, 5);
                Forward(re, im);
                Assert.Equal(expectedRe, re);
                Assert.Equal(expectedIm, im);
            });
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(251)]
    public void ForwardAndInverse_Warm_AllocateNothing(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] re = Signals.Noise(length, 1);
        float[] im = Signals.Noise(length, 2);
        float[] scratch = new float[fft.ScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() =>
        {
            fft.Forward(re, im, scratch);
            fft.Inverse(re, im, scratch);
        }));
    }

    private static void Forward(float[] re, float[] im)
    {
        ComplexFft fft = ComplexFft.Get(re.Length);
        fft.Forward(re, im, new float[fft.ScratchLength]);
    }
}
