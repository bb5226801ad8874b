using System.Text.Json;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class ZoomSpectrumTests
{
    [Fact]
    public void TransformAndCompute_Noise_EqualSciPy()
    {
        foreach (JsonElement expected in References.Read("zoom.json").EnumerateArray())
        {
            SpectrumWindow window = expected.Text("window") switch
            {
                "hann" => SpectrumWindow.Hann,
                "flattop" => SpectrumWindow.FlatTop,
                _ => SpectrumWindow.Rectangular,
            };
            int points = expected.Int("points");
            ZoomSpectrum zoom = new(expected.Int("n"), 8000, expected.Double("low"), expected.Double("high"), points, window);
            float[] samples = References.Noise(23, zoom.WindowSamples);
            float[] re = new float[points];
            float[] im = new float[points];
            float[] amplitudes = new float[points];
            float[] scratch = new float[zoom.ScratchLength];
            scratch.AsSpan().Fill(float.NaN);

            zoom.Transform(samples, re, im, scratch);
            zoom.Compute(samples, amplitudes, scratch);

            double[] expectedRe = expected.Doubles("real");
            double[] expectedIm = expected.Doubles("imaginary");
            double error = 0;
            double size = 0;
            for (int k = 0; k < points; k++)
            {
                error += Math.Pow(re[k] - expectedRe[k], 2) + Math.Pow(im[k] - expectedIm[k], 2);
                size += Math.Pow(expectedRe[k], 2) + Math.Pow(expectedIm[k], 2);
                bool alone = zoom.PointToHz(k) is 0 or 4000;
                double amplitude = Math.Sqrt(Math.Pow(expectedRe[k], 2) + Math.Pow(expectedIm[k], 2)) * (alone ? 1 : 2) / expected.Double("gain");
                Assert.Equal(amplitude, amplitudes[k], 2e-6);
            }

            Assert.True(Math.Sqrt(error / size) < 1e-6, $"{expected.Text("window")} {zoom.WindowSamples}: {Math.Sqrt(error / size):G3}");
        }
    }

    [Fact]
    public void Compute_SineBetweenBins_ReadsItsAmplitudeAtItsFrequency()
    {
        // 100.37 Hz lies between the bins of 7.8 Hz.
        ZoomSpectrum zoom = new(1024, 8000, 90, 110, 2001);
        float[] samples = [.. Enumerable.Range(0, 1024).Select(i => (float)(2.5 * Math.Sin(2 * Math.PI * 100.37 * i / 8000)))];

        float[] amplitudes = Compute(zoom, samples);

        int highest = Array.IndexOf(amplitudes, amplitudes.Max());
        Assert.Equal(100.37, zoom.PointToHz(highest), 0.1);
        Assert.Equal(2.5, amplitudes[highest], 5e-3);
        Assert.Equal(110, zoom.PointToHz(2000), 1e-9);
    }

    [Fact]
    public void Compute_WholeRange_EqualsAmplitudeSpectrum()
    {
        AmplitudeSpectrum spectrum = new(250, SpectrumWindow.Hann);
        float[] samples = Signals.Noise(250, 3);
        float[] expected = new float[126];
        spectrum.Compute(samples, expected, new float[spectrum.ScratchLength]);

        float[] amplitudes = Compute(new ZoomSpectrum(250, 8000, 0, 4000, 126), samples);

        Assert.All(expected.Zip(amplitudes), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Compute_BadSample_IsNaN(float bad)
    {
        float[] samples = Signals.Noise(100, 3);
        samples[40] = bad;

        Assert.All(Compute(new ZoomSpectrum(100, 8000, 10, 50, 20), samples), value => Assert.Equal(float.NaN, value));
    }

    [Fact]
    public void Compute_SingleOrConstantSamples_ReadTheConstant()
    {
        float[] single = Compute(new ZoomSpectrum(1, 8000, 0, 100, 2, SpectrumWindow.Rectangular), [3f]);
        Assert.Equal(3, single[0], 1e-5);
        Assert.Equal(6, single[1], 1e-5);
        Assert.Equal(3, Compute(new ZoomSpectrum(64, 8000, 0, 100, 2), [.. Enumerable.Repeat(3f, 64)])[0], 1e-5);
    }

    [Theory]
    [InlineData(0, 8000, 0, 100, 10)]
    [InlineData(64, 0, 0, 100, 10)]
    [InlineData(64, double.NaN, 0, 100, 10)]
    [InlineData(64, 8000, -1, 100, 10)]
    [InlineData(64, 8000, 100, 100, 10)]
    [InlineData(64, 8000, 100, 4001, 10)]
    [InlineData(64, 8000, 100, double.NaN, 10)]
    [InlineData(64, 8000, 100, 200, 1)]
    public void Constructor_WrongValue_Throws(int n, double rate, double low, double high, int points) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZoomSpectrum(n, rate, low, high, points));

    [Fact]
    public void TransformAndCompute_WrongSpan_Throw()
    {
        ZoomSpectrum zoom = new(64, 8000, 100, 200, 10);
        float[] scratch = new float[zoom.ScratchLength];

        Assert.Throws<ArgumentOutOfRangeException>(() => zoom.Compute(new float[63], new float[10], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => zoom.Compute(new float[64], new float[9], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => zoom.Compute(new float[64], new float[10], scratch.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => zoom.Transform(new float[64], new float[10], new float[11], scratch));
    }

    [Fact]
    public void Compute_Warm_AllocatesNothing()
    {
        ZoomSpectrum zoom = new(1000, 8000, 100, 200, 100);
        float[] samples = Signals.Noise(1000, 3);
        float[] amplitudes = new float[100];
        float[] scratch = new float[zoom.ScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => zoom.Compute(samples, amplitudes, scratch)));
    }

    private static float[] Compute(ZoomSpectrum zoom, float[] samples)
    {
        float[] amplitudes = new float[zoom.PointCount];
        zoom.Compute(samples, amplitudes, new float[zoom.ScratchLength]);
        return amplitudes;
    }
}
