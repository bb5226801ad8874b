using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Metrics;

namespace Thrum.Detector.Tests.Metrics;

public sealed class MetricSetTests
{
    private const double RateHz = 1000;

    private static readonly Arbitrary<(int Length, int Seed, double Amplitude)> Windows = (
        from length in Gen.Frequency((8, Gen.Choose(1, 70)), (2, Gen.Choose(71, 5000)))
        from seed in Gen.Choose(0, int.MaxValue)
        from amplitude in Gen.Elements(0.0, 1e-3, 0.3, 1, 30)
        select (length, seed, amplitude)).ToArbitrary();

    [Fact]
    public void Evaluate_AnyLength_EqualsPlainLoopsInDouble() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Windows, window =>
        {
            (float[] y, float[] r) = RandomPair(window.Length, window.Seed, window.Amplitude);

            float[] values = Evaluate(y, r, 1.5, "mse", "mae", "sad", "lmse");

            // Float lanes are summed: a few units in the last place of a float per lane.
            AssertClose(Mean(y, r, d => d * d), values[0], 2e-6);
            AssertClose(Mean(y, r, Math.Abs), values[1], 2e-6);
            AssertClose(Mean(y, r, Math.Abs) * y.Length, values[2], 2e-6);
            AssertClose(MeanLmse(y, r, 1.5), values[3], 2e-6);
        }));

    [Fact]
    public void Evaluate_FurtherMetricsOfAnyLength_EqualPlainLoopsInDouble() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Windows, window =>
        {
            (float[] y, float[] r) = RandomPair(window.Length, window.Seed, window.Amplitude);
            float largest = y.Zip(r, (a, b) => (a - b) * (a - b)).Max();

            float[] values = Evaluate(
                y, r, 1.5, "lmse-max", "fl(mse)", "fl(mae)", "msle", "fl(msle)", "relative", "fl(relative)", "exceedance(0.1,l1)", "exceedance(0.2,l2)");

            double Ratio(float a, float b) => Math.Abs(a - b) / (Math.Abs(a) + 1e-8f);
            double Logs(float a, float b) => Math.Pow(Math.Log((1 + Math.Max(0.0, a)) / (1 + Math.Max(0.0, b))), 2);
            AssertClose(MeanPair(y, r, (a, b) => -Math.Log(1 - ((1 - 1e-6) * (largest == 0 ? 0 : (a - b) * (a - b) / (double)largest)))), values[0], 2e-5);
            AssertClose(MeanLmse(y, r, 1.5), values[1], 2e-6);
            AssertClose(MeanPair(y, r, (a, b) => Flip((a - b) * (float)(1 / 1.5))), values[2], 2e-5);
            AssertClose(MeanPair(y, r, Logs), values[3], 2e-6);
            AssertClose(MeanPair(y, r, (a, b) => Flip(Logs(a, b) / Math.Pow(Math.Log(2.5), 2))), values[4], 2e-5);
            AssertClose(MeanPair(y, r, Ratio), values[5], 2e-6);
            AssertClose(MeanPair(y, r, (a, b) => Flip((float)Ratio(a, b))), values[6], 2e-4);
            AssertClose(r.Sum(value => Math.Max(0.0, value - 0.1f)), values[7], 2e-6);
            AssertClose(r.Sum(value => Math.Pow(Math.Max(0.0, value - 0.2f), 2)), values[8], 2e-6);
        }));

    /// <summary>The worked examples in the documentation of scikit-learn and Keras.</summary>
    [Fact]
    public void Evaluate_PublishedExamples_GivesTheirNumbers()
    {
        float[] errors = Evaluate([3f, -0.5f, 2f, 7f], [2.5f, 0f, 2f, 8f], 1, "mse", "mae", "relative");
        Assert.Equal(0.375, errors[0], 1e-6);
        Assert.Equal(0.5, errors[1], 1e-6);
        Assert.Equal(0.327_380_952, errors[2], 1e-6);
        Assert.Equal(0.039_730_122, Evaluate([3f, 5f, 2.5f, 7f], [2.5f, 5f, 4f, 8f], 1, "msle")[0], 1e-7);
        Assert.Equal(0.120_113_22, Evaluate([0f, 1f, 0f, 0f], [1f, 1f, 0f, 0f], 1, "msle")[0], 1e-7);
    }

    /// <summary>At d = ½ the logarithmic MSE is ln(4/3); flipped |d| is ln 2; the scaled form reaches −ln ε at its largest error.</summary>
    [Fact]
    public void Evaluate_FlippedMetricsOfHalf_AreTheLogarithmsOfTheFormula()
    {
        float[] values = Evaluate([0.5f, 0f], [0f, 0f], 1, "lmse", "fl(mae)", "lmse-max", "fl(mse)");

        Assert.Equal(Math.Log(4.0 / 3) / 2, values[0], 1e-6);
        Assert.Equal(Math.Log(2) / 2, values[1], 1e-6);
        Assert.Equal(-Math.Log(1e-6) / 2, values[2], 1e-4);
        Assert.Equal(values[0], values[3]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Evaluate_ReconstructionThatIsNotFinite_MakesEveryMetricNaN(float bad)
    {
        float[] r = new float[21];
        foreach (int at in (int[])[0, 9, 20])
        {
            Array.Clear(r);
            r[at] = bad;

            float[] values = Evaluate(new float[21], r, 1, "mse", "lmse", "lmse-max", "fl(mae)", "exceedance(1,l1)", "fft(0)");

            Assert.All(values, value => Assert.Equal(float.NaN, value));
        }
    }

    [Fact]
    public void Evaluate_ManyBins_EqualsTheirMeanOneByOne()
    {
        (float[] y, float[] r) = RandomPair(96, 11, 0.7);
        float[] ones = Evaluate(y, r, 1, [.. Enumerable.Range(0, 12).Select(bin => $"fft({bin})")]);

        float[] many = Evaluate(y, r, 1, "fft(0..11)", "fft(12..40)", "fft(3)");

        AssertClose(ones.Average(), many[0], 1e-5);
        AssertClose(MeanBins(y, r, 12, 40), many[1], 1e-5);
        AssertClose(ones[3], many[2], 1e-4);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 7)]
    public void Evaluate_LongWindowOfEqualErrors_LosesNoDigitsToTheSum(int length)
    {
        float[] y = new float[length];
        float[] r = new float[length];
        Array.Fill(y, 0.1f);

        float[] values = Evaluate(y, r, 1, "mse", "mae", "lmse");

        AssertClose(0.1f * (double)0.1f, values[0], 2e-6);
        AssertClose(0.1f, values[1], 2e-6);
        AssertClose(-Math.Log(1f - (0.1f * 0.1f)), values[2], 2e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Evaluate_ErrorAtOrBeyondTheScale_ClampsLmse(int length)
    {
        float[] y = new float[length];
        float[] r = new float[length];
        foreach (float error in (float[])[1f, -1f, 5f, -1e18f])
        {
            Array.Fill(y, error);
            Assert.Equal(13.815_51f, Evaluate(y, r, 1, "lmse")[0], 1e-4f);
        }

        Array.Clear(y);
        Assert.Equal(0, Evaluate(y, r, 1, "lmse")[0]);
    }

    [Fact]
    public void Evaluate_LmseShortOfTheClamp_DiffersFromDoubleByAtMostAThousandth()
    {
        foreach (double factor in (double[])[1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9])
        {
            float error = (float)Math.Sqrt(1 - factor);
            double exact = -Math.Log(1 - ((double)error * error));

            AssertClose(exact, Evaluate([error], [0f], 1, "lmse")[0], 1e-3);
        }
    }

    [Fact]
    public void Evaluate_FftOfAnyBins_EqualsAPlainTransformInDouble() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Windows, window =>
        {
            int length = Math.Min(window.Length, 600) + 1;
            (float[] y, float[] r) = RandomPair(length, window.Seed, window.Amplitude);
            int first = window.Seed % ((length / 2) + 1);
            int last = Math.Min(length / 2, first + 5);

            float[] values = Evaluate(y, r, 1, $"fft({first}..{last})", "fft(0)", $"fft({length / 2})");

            Assert.Equal(MeanBins(y, r, first, last), values[0], 1e-5);
            Assert.Equal(MeanBins(y, r, 0, 0), values[1], 1e-5);
            Assert.Equal(MeanBins(y, r, length / 2, length / 2), values[2], 1e-5);
        }));

    [Fact]
    public void Evaluate_SineOfKnownAmplitude_ReadsItInTheFftMetric()
    {
        float[] y = [.. Enumerable.Range(0, 200).Select(i => 3 * (float)Math.Sin(2 * Math.PI * 120 * i / RateHz))];

        float[] values = Evaluate(y, new float[200], 1, "fft(120Hz)", "fft(100Hz..140Hz)", "fft(100Hz)");

        Assert.Equal(3.0, values[0], 1e-5);
        Assert.Equal(3.0 / 9, values[1], 1e-5);
        Assert.Equal(0.0, values[2], 1e-5);
    }

    [Fact]
    public void Evaluate_Combination_IsTheWeightedSum()
    {
        (float[] y, float[] r) = RandomPair(64, 7, 0.5);

        float[] values = Evaluate(y, r, 1, "mse+0.5*fft(3,5..7)+20*mae+2*lmse+sad", "mse", "fft(3,5..7)", "mae", "lmse", "sad");

        AssertClose(values[1] + (0.5 * values[2]) + (20 * values[3]) + (2 * values[4]) + values[5], values[0], 1e-6);
    }

    [Fact]
    public void Evaluate_AnyMetric_AllocatesNothing()
    {
        (float[] y, float[] r) = RandomPair(511, 3, 0.5);
        MetricSet set = Compile(
            511, 1, "mse", "mae", "sad", "lmse", "fft(3,5..7)", "mse+0.5*fft(100Hz..180Hz)", "lmse-max+fl(mae)+msle+relative+exceedance(0.1,l2)");
        float[] values = new float[set.Count];

        Assert.Equal(0, Allocations.WhenWarm(() => set.Evaluate(y, r, values), runs: 200));
    }

    [Fact]
    public void Compile_BinBeyondNyquist_IsRefused() => Assert.Throws<FormatException>(() => Compile(8, 1, "mse", "fft(5)"));

    private static MetricSet Compile(int length, double scale, params string[] metrics) =>
        MetricSet.Compile(MetricExpression.ParseList(metrics), length, RateHz, scale);

    private static float[] Evaluate(float[] y, float[] r, double scale, params string[] metrics)
    {
        MetricSet set = Compile(y.Length, scale, metrics);
        float[] values = new float[set.Count];
        set.Evaluate(y, r, values);
        return values;
    }

    private static (float[] Y, float[] Reconstruction) RandomPair(int length, int seed, double amplitude)
    {
        var random = new Random(seed);
        float[] y = [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5))];
        return (y, [.. y.Select(value => value + (float)(amplitude * (random.NextDouble() - 0.5)))]);
    }

    private static double Mean(float[] y, float[] r, Func<double, double> of) => y.Zip(r, (a, b) => of(a - b)).Average();

    private static double MeanPair(float[] y, float[] r, Func<float, float, double> of) => y.Zip(r, of).Average();

    private static double Flip(double loss) => -Math.Log(Math.Max(1 - loss, 1e-6));

    private static double Flip(float loss) => -Math.Log(Math.Max(1f - Math.Abs(loss), 1e-6f));

    /// <summary>The factor is formed in float32 as the definition says, the rest in double.</summary>
    private static double MeanLmse(float[] y, float[] r, double scale)
    {
        float inverse = (float)(1 / (scale * scale));
        return y.Zip(r, (a, b) => -Math.Log(Math.Max(1f - ((a - b) * (a - b) * inverse), 1e-6f))).Average();
    }

    private static double MeanBins(float[] y, float[] r, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Average(k => Math.Abs(Amplitude(y, k) - Amplitude(r, k)));

    private static double Amplitude(float[] x, int bin)
    {
        double re = 0, im = 0;
        for (int i = 0; i < x.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * bin * i / x.Length);
            re += x[i] * cos;
            im += x[i] * sin;
        }

        return (bin == 0 || 2 * bin == x.Length ? 1.0 : 2.0) / x.Length * Math.Sqrt((re * re) + (im * im));
    }

    private static void AssertClose(double expected, float actual, double relative) =>
        Assert.True(Math.Abs(expected - actual) <= (relative * Math.Abs(expected)) + 1e-9, $"expected {expected:R}, found {actual:R}");
}
