using System.Numerics;
using System.Text.Json;
using Thrum.Spectral.Transforms;

namespace Thrum.Spectral.Tests.Transforms;

/// <summary>Relative error at most 1e-6, as the norm of the difference over the norm of the spectrum, for real and complex transforms of any length.</summary>
public sealed class FftReferenceTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<int> SpreadLengths =>
        [1021, 1023, 1031, 2039, 3072, 4093, 5000, 8191, 10007, 16381, 20011, 30030, 32749, 44100, 50022, 59049, 65519, 65521, 65536, 65537];

    [Fact]
    public void ForwardAndInverse_LengthsUpTo65537_EqualSciPy()
    {
        foreach (JsonElement expected in References.Read("fft.json").EnumerateArray())
        {
            int n = expected.Int("n");
            float[] x = References.Noise(61, n);
            float[] y = References.Noise(62, n);
            (float[] re, float[] im) = Real(x);
            AssertSame(expected, "bins", "re", "im", re, im);

            ComplexFft fft = ComplexFft.Get(n);
            float[] a = [.. x];
            float[] b = [.. y];
            fft.Forward(a, b, new float[fft.ScratchLength]);
            AssertSame(expected, "complexBins", "complexRe", "complexIm", a, b);

            fft.Inverse(a, b, new float[fft.ScratchLength]);
            AssertNear(x, a, $"inverse of {n}, real");
            AssertNear(y, b, $"inverse of {n}, imaginary");
        }
    }

    [Fact]
    public void ExactDft_LengthsUpTo65537_EqualsSciPy()
    {
        foreach (JsonElement expected in References.Read("fft.json").EnumerateArray())
        {
            Complex[] spectrum = ExactDft.Forward(References.Noise(61, expected.Int("n")));
            double[] re = expected.Doubles("re");
            double[] im = expected.Doubles("im");
            double[] bins = expected.Doubles("bins");
            for (int i = 0; i < bins.Length; i++)
            {
                Assert.True((spectrum[(int)bins[i]] - new Complex(re[i], im[i])).Magnitude < 1e-9, $"length {spectrum.Length}, bin {bins[i]}");
            }
        }
    }

    [Fact]
    public void Forward_EveryLengthTo1100_EqualsExactDft()
    {
        for (int n = 1; n <= 1100; n++)
        {
            AssertAllBins(n);
        }
    }

    [Theory]
    [MemberData(nameof(SpreadLengths))]
    public void Forward_LongLength_EqualsExactDft(int n) => AssertAllBins(n);

    private static void AssertAllBins(int n)
    {
        float[] samples = Signals.Noise(n, n);
        (float[] re, float[] im) = Real(samples);
        Complex[] expected = ExactDft.Forward(samples);
        double error = 0;
        double size = 0;
        for (int k = 0; k < re.Length; k++)
        {
            Complex difference = new Complex(re[k], im[k]) - expected[k];
            error += difference.Magnitude * difference.Magnitude;
            size += expected[k].Magnitude * expected[k].Magnitude;
        }

        Assert.True(Math.Sqrt(error / size) <= Tolerance, $"length {n}: relative error {Math.Sqrt(error / size):G3}");
    }

    private static void AssertSame(JsonElement expected, string bins, string real, string imaginary, float[] re, float[] im)
    {
        double[] expectedRe = expected.Doubles(real);
        double[] expectedIm = expected.Doubles(imaginary);
        double error = 0;
        double size = 0;
        foreach ((int bin, int i) in expected.Doubles(bins).Select((bin, i) => ((int)bin, i)))
        {
            error += Math.Pow(re[bin] - expectedRe[i], 2) + Math.Pow(im[bin] - expectedIm[i], 2);
            size += Math.Pow(expectedRe[i], 2) + Math.Pow(expectedIm[i], 2);
        }

        Assert.True(Math.Sqrt(error / size) <= Tolerance, $"{real} of length {expected.Int("n")}: relative error {Math.Sqrt(error / size):G3}");
    }

    private static void AssertNear(float[] expected, float[] actual, string what)
    {
        double error = Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow((double)a - b, 2)).Sum()) / Signals.Norm(expected);
        Assert.True(error <= Tolerance, $"{what}: relative error {error:G3}");
    }

    private static (float[] Re, float[] Im) Real(float[] samples)
    {
        RealFft fft = RealFft.Get(samples.Length);
        float[] re = new float[fft.SpectrumLength];
        float[] im = new float[fft.SpectrumLength];
        fft.Forward(samples, re, im, new float[fft.ScratchLength]);
        return (re, im);
    }
}
