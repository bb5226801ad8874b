using Thrum.Spectral.Transforms;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Tests.Transforms;

public sealed class ForwardManyTests
{
    /// <summary>Lengths done side by side (all radices, with and without a rest of columns) and, odd or with large factors, one by one.</summary>
    public static TheoryData<int> Lengths =>
        [16, 18, 20, 24, 30, 32, 36, 40, 48, 50, 60, 64, 90, 128, 144, 150, 250, 256, 360, 500, 512, 600, 1000, 1024, 2048, 4096, 16384, 32768, 1, 2, 7, 14, 15, 22, 251, 502];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ForwardMany_AnyWindows_EqualOneByOneAndEachOther(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = fft.SpectrumLength;
        float[] samples = Signals.Noise(37 * length, 8);
        (float[] allRe, float[] allIm) = Many(fft, samples);
        foreach (int windows in (int[])[1, 2, 3, 4, 5, 8, 11, 16, 23, 36])
        {
            (float[] re, float[] im) = Many(fft, samples[..(windows * length)]);
            Assert.True(re.AsSpan().SequenceEqual(allRe.AsSpan(0, re.Length)), $"{windows} windows: other bits than among 37");
            Assert.True(im.AsSpan().SequenceEqual(allIm.AsSpan(0, im.Length)), $"{windows} windows: other bits than among 37");
        }

        float[] oneRe = new float[bins];
        float[] oneIm = new float[bins];
        double tolerance = 1e-6 * length;
        for (int i = 0; i < 37; i++)
        {
            fft.Forward(samples.AsSpan(i * length, length), oneRe, oneIm, new float[fft.ScratchLength]);
            for (int k = 0; k < bins; k++)
            {
                Assert.Equal(oneRe[k], allRe[(i * bins) + k], tolerance);
                Assert.Equal(oneIm[k], allIm[(i * bins) + k], tolerance);
            }

            Assert.Equal(0, allIm[i * bins]);
        }
    }

    /// <summary>The vectors of narrower processors, which this one would not choose.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(90)]
    [InlineData(512)]
    public void Transform_NarrowerLanes_GivesTheSameBits(int length)
    {
        SideBySideFft fft = new(length);
        int bins = (length / 2) + 1;
        float[] samples = Signals.Noise(16 * length, 5);
        (float[] wide, float[] wideIm) = (new float[16 * bins], new float[16 * bins]);
        (float[] re, float[] im) = (new float[16 * bins], new float[16 * bins]);
        float[] scratch = new float[fft.ScratchLength + 64];
        fft.Forward(samples, 16, wide, wideIm, scratch);

        foreach (int windows in (int[])[Lanes8.Count, Lanes4.Count, 2])
        {
            for (int first = 0; first < 16; first += windows)
            {
                fft.Forward(
                    samples.AsSpan(first * length, windows * length), windows, re.AsSpan(first * bins), im.AsSpan(first * bins), scratch);
            }

            Assert.True(wide.AsSpan().SequenceEqual(re), $"by {windows}");
            Assert.True(wideIm.AsSpan().SequenceEqual(im), $"by {windows}");
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    public void ForwardMany_BadSampleInOneWindow_LeavesTheOthersAlone(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = fft.SpectrumLength;
        float[] samples = Signals.Noise(20 * length, 2);
        (float[] cleanRe, float[] cleanIm) = Many(fft, samples);
        samples[(5 * length) + 17] = float.NaN;
        samples[(9 * length) + 3] = float.PositiveInfinity;

        (float[] re, float[] im) = Many(fft, samples);

        for (int i = 0; i < 20; i++)
        {
            ReadOnlySpan<float> row = re.AsSpan(i * bins, bins);
            if (i is 5 or 9)
            {
                Assert.DoesNotContain(row.ToArray(), float.IsFinite);
            }
            else
            {
                Assert.True(row.SequenceEqual(cleanRe.AsSpan(i * bins, bins)));
                Assert.True(im.AsSpan(i * bins, bins).SequenceEqual(cleanIm.AsSpan(i * bins, bins)));
            }
        }
    }

    [Fact]
    public void ForwardMany_NoWindows_GivesNone()
    {
        RealFft fft = RealFft.Get(64);

        Assert.Equal(0, fft.ForwardMany([], [], [], new float[fft.ManyScratchLength]));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    public void ForwardMany_WrongSpan_Throws(int length)
    {
        RealFft fft = RealFft.Get(length);
        int bins = 5 * fft.SpectrumLength;
        float[] scratch = new float[fft.ManyScratchLength];

        Assert.Throws<ArgumentOutOfRangeException>(() => fft.ForwardMany(new float[length + 1], new float[bins], new float[bins], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.ForwardMany(new float[5 * length], new float[bins - 1], new float[bins], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => fft.ForwardMany(new float[5 * length], new float[bins], new float[bins - 1], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => fft.ForwardMany(new float[5 * length], new float[bins], new float[bins], scratch.AsSpan(1)));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(250)]
    [InlineData(251)]
    public void ForwardMany_Warm_AllocatesNothing(int length)
    {
        RealFft fft = RealFft.Get(length);
        float[] samples = Signals.Noise(21 * length, 1);
        float[] re = new float[21 * fft.SpectrumLength];
        float[] im = new float[21 * fft.SpectrumLength];
        float[] scratch = new float[fft.ManyScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => fft.ForwardMany(samples, re, im, scratch)));
    }

    private static (float[] Re, float[] Im) Many(RealFft fft, float[] samples)
    {
        int windows = samples.Length / fft.Length;
        float[] re = new float[windows * fft.SpectrumLength];
        float[] im = new float[windows * fft.SpectrumLength];
        float[] scratch = new float[fft.ManyScratchLength];
        scratch.AsSpan().Fill(float.NaN);
        Assert.Equal(windows, fft.ForwardMany(samples, re, im, scratch));
        return (re, im);
    }
}
