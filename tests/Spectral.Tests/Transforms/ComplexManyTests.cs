using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Tests.Transforms;

public sealed class ComplexManyTests
{
    private const int All = 37;

    /// <summary>Lengths done side by side (all radices, odd ones, with and without a rest of columns) and one by one.</summary>
    public static TheoryData<int> Lengths =>
        [8, 9, 10, 12, 15, 16, 18, 20, 25, 27, 30, 32, 45, 64, 75, 125, 128, 135, 250, 256, 375, 500, 512, 1000, 1024, 2048, 4096, 16384, 1, 2, 3, 5, 7, 14, 251];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ForwardAndInverseMany_AnyWindows_EqualOneByOneAndEachOther(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] noiseRe = Signals.Noise(All * length, 3);
        float[] noiseIm = Signals.Noise(All * length, 4);
        foreach (bool inverse in (bool[])[false, true])
        {
            (float[] allRe, float[] allIm) = Many(fft, noiseRe, noiseIm, inverse);
            foreach (int windows in (int[])[1, 2, 3, 4, 5, 8, 11, 16, 23, 36])
            {
                (float[] re, float[] im) = Many(fft, noiseRe[..(windows * length)], noiseIm[..(windows * length)], inverse);
                Assert.True(re.AsSpan().SequenceEqual(allRe.AsSpan(0, re.Length)), $"{windows} windows: other bits than among {All}");
                Assert.True(im.AsSpan().SequenceEqual(allIm.AsSpan(0, im.Length)), $"{windows} windows: other bits than among {All}");
            }

            double tolerance = inverse ? 3e-6 / Math.Sqrt(length) : 3e-6 * Math.Sqrt(length);
            for (int i = 0; i < All; i++)
            {
                float[] oneRe = noiseRe[(i * length)..((i + 1) * length)];
                float[] oneIm = noiseIm[(i * length)..((i + 1) * length)];
                Single(fft, oneRe, oneIm, inverse);
                for (int k = 0; k < length; k++)
                {
                    Assert.Equal(oneRe[k], allRe[(i * length) + k], tolerance);
                    Assert.Equal(oneIm[k], allIm[(i * length) + k], tolerance);
                }
            }
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(45)]
    [InlineData(101)]
    public void InverseMany_OfForwardMany_GivesTheValuesBack(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] re = Signals.Noise(21 * length, 5);
        float[] im = Signals.Noise(21 * length, 6);

        (float[] spectrumRe, float[] spectrumIm) = Many(fft, re, im, inverse: false);
        (float[] backRe, float[] backIm) = Many(fft, spectrumRe, spectrumIm, inverse: true);

        Assert.All(re.Zip(backRe).Concat(im.Zip(backIm)), pair => Assert.Equal(pair.First, pair.Second, 3e-6f));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(45)]
    [InlineData(101)]
    public void ForwardMany_BadValueInOneWindow_LeavesTheOthersAlone(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] re = Signals.Noise(19 * length, 1);
        float[] im = Signals.Noise(19 * length, 2);
        (float[] cleanRe, float[] cleanIm) = Many(fft, re, im, inverse: false);
        re[(5 * length) + 17] = float.NaN;
        im[(18 * length) + 3] = float.PositiveInfinity;

        (float[] badRe, float[] badIm) = Many(fft, re, im, inverse: false);

        for (int at = 0; at < re.Length; at++)
        {
            bool bad = at / length is 5 or 18;
            Assert.True(bad
                ? !(float.IsFinite(badRe[at]) && float.IsFinite(badIm[at]))
                : badRe[at] == cleanRe[at] && badIm[at] == cleanIm[at]);
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(251)]
    public void ForwardAndInverseMany_NoneOrWrongSpan_GiveNoneOrThrow(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] scratch = new float[fft.ManyScratchLength];
        float[] five = new float[5 * length];

        Assert.Equal(0, fft.ForwardMany([], [], scratch));
        Assert.Equal(0, fft.InverseMany([], [], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.ForwardMany(new float[length + 1], new float[length + 1], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.ForwardMany(five, new float[4 * length], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.InverseMany(new float[4 * length], five, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.InverseMany(five, [.. five], scratch.AsSpan(1)));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(45)]
    [InlineData(251)]
    public void ForwardAndInverseMany_Warm_AllocateNothing(int length)
    {
        ComplexFft fft = ComplexFft.Get(length);
        float[] re = Signals.Noise(21 * length, 1);
        float[] im = Signals.Noise(21 * length, 2);
        float[] scratch = new float[fft.ManyScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() =>
        {
            fft.ForwardMany(re, im, scratch);
            fft.InverseMany(re, im, scratch);
        }));
    }

    private static (float[] Re, float[] Im) Many(ComplexFft fft, float[] real, float[] imaginary, bool inverse)
    {
        (float[] re, float[] im) = ([.. real], [.. imaginary]);
        float[] scratch = new float[fft.ManyScratchLength];
        scratch.AsSpan().Fill(float.NaN);
        Assert.Equal(re.Length / fft.Length, inverse ? fft.InverseMany(re, im, scratch) : fft.ForwardMany(re, im, scratch));
        return (re, im);
    }

    private static void Single(ComplexFft fft, float[] re, float[] im, bool inverse)
    {
        float[] scratch = new float[fft.ScratchLength];
        if (inverse)
        {
            fft.Inverse(re, im, scratch);
        }
        else
        {
            fft.Forward(re, im, scratch);
        }
    }
}
