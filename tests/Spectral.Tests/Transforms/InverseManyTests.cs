using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Tests.Transforms;

public sealed class InverseManyTests
{
    private const int All = 37;

    [Theory]
    [MemberData(nameof(ForwardManyTests.Lengths), MemberType = typeof(ForwardManyTests))]
    public void InverseMany_AnySpectra_EqualOneByOneAndEachOther(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = fft.SpectrumLength;
        float[] re = Signals.Noise(All * bins, 3);
        float[] im = Signals.Noise(All * bins, 4);
        float[] all = Many(fft, re, im);
        foreach (int windows in (int[])[1, 2, 3, 4, 5, 8, 11, 16, 23, 36])
        {
            float[] some = Many(fft, re[..(windows * bins)], im[..(windows * bins)]);
            Assert.True(some.AsSpan().SequenceEqual(all.AsSpan(0, some.Length)), $"{windows} windows: other bits than among {All}");
        }

        float[] one = new float[length];
        double tolerance = 3e-6 / Math.Sqrt(length);
        for (int i = 0; i < All; i++)
        {
            fft.Inverse(re.AsSpan(i * bins, bins), im.AsSpan(i * bins, bins), one, new float[fft.ScratchLength]);
            for (int k = 0; k < length; k++)
            {
                Assert.Equal(one[k], all[(i * length) + k], tolerance);
            }
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(90)]
    [InlineData(251)]
    public void InverseMany_OfForwardMany_GivesTheSamplesBack(int length)
    {
        RealFft fft = RealFft.Get(length);
        float[] samples = Signals.Noise(21 * length, 7);
        float[] re = new float[21 * fft.SpectrumLength];
        float[] im = new float[re.Length];
        fft.ForwardMany(samples, re, im, new float[fft.ManyScratchLength]);

        Assert.All(samples.Zip(Many(fft, re, im)), pair => Assert.Equal(pair.First, pair.Second, 3e-6f));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    public void InverseMany_BadValueInOneWindow_LeavesTheOthersAlone(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = fft.SpectrumLength;
        float[] re = Signals.Noise(20 * bins, 1);
        float[] im = Signals.Noise(20 * bins, 2);
        float[] clean = Many(fft, re, im);
        re[(5 * bins) + 17] = float.NaN;
        im[(9 * bins) + 3] = float.NegativeInfinity;

        // The imaginary parts that real samples cannot have do not count, whatever is there.
        im[12 * bins] = float.NaN;
        im[(13 * bins) - 1] = float.NaN;

        float[] bad = Many(fft, re, im);

        for (int i = 0; i < 20; i++)
        {
            ReadOnlySpan<float> row = bad.AsSpan(i * length, length);
            if (i is 5 or 9)
            {
                Assert.DoesNotContain(row.ToArray(), float.IsFinite);
            }
            else
            {
                Assert.True(row.SequenceEqual(clean.AsSpan(i * length, length)));
            }
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    [InlineData(251)]
    public void InverseMany_NoneOrWrongSpan_GivesNoneOrThrows(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = 5 * fft.SpectrumLength;
        float[] scratch = new float[fft.ManyScratchLength];

        Assert.Equal(0, fft.InverseMany([], [], [], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.InverseMany(new float[bins], new float[bins], new float[length + 1], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.InverseMany(new float[bins - 1], new float[bins], new float[5 * length], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.InverseMany(new float[bins], new float[bins - 1], new float[5 * length], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => fft.InverseMany(new float[bins], new float[bins], new float[5 * length], scratch.AsSpan(1)));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    [InlineData(251)]
    public void InverseMany_Warm_AllocatesNothing(int length)
    {
        RealFft fft = RealFft.Get(length);
        float[] samples = new float[21 * length];
        float[] re = Signals.Noise(21 * fft.SpectrumLength, 1);
        float[] im = Signals.Noise(21 * fft.SpectrumLength, 2);
        float[] scratch = new float[fft.ManyScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => fft.InverseMany(re, im, samples, scratch)));
    }

    private static float[] Many(RealFft fft, float[] re, float[] im)
    {
        int windows = re.Length / fft.SpectrumLength;
        float[] samples = new float[windows * fft.Length];
        float[] scratch = new float[fft.ManyScratchLength];
        scratch.AsSpan().Fill(float.NaN);
        Assert.Equal(windows, fft.InverseMany(re, im, samples, scratch));
        return samples;
    }
}
