using System.Reflection;
using Thrum.Spectral.Envelopes;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Lines;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Transforms;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests;

/// <summary>
/// What NaN, infinity, no samples, one sample and a constant give, for every function that takes samples or a spectrum: one row each, and a
/// check that none is missing. Streams (whose state a bad sample enters) have their results in their own tests.
/// </summary>
public sealed class StatedResultsTests
{
    private const int Whole = 64;

    private static readonly Row[] Rows =
    [
        new(typeof(RealFft), "Forward", 1, Real),
        new(typeof(RealFft), "ForwardMany", 1, ForwardMany, Empty: Given.Nothing),
        new(typeof(RealFft), "Inverse", 1, Inverse),
        new(typeof(RealFft), "InverseMany", 1, InverseMany, Empty: Given.Nothing),
        new(typeof(ComplexFft), "Forward", 1, x => Complex(x, (fft, re, im, scratch) => fft.Forward(re, im, scratch))),
        new(typeof(ComplexFft), "Inverse", 1, x => Complex(x, (fft, re, im, scratch) => fft.Inverse(re, im, scratch))),
        new(typeof(ComplexFft), "ForwardMany", 1, x => ComplexMany(x, (fft, re, im, scratch) => fft.ForwardMany(re, im, scratch)), Empty: Given.Nothing),
        new(typeof(ComplexFft), "InverseMany", 1, x => ComplexMany(x, (fft, re, im, scratch) => fft.InverseMany(re, im, scratch)), Empty: Given.Nothing),
        new(typeof(AmplitudeSpectrum), "Compute", 1, x => Run(new AmplitudeSpectrum(x.Length), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s))),
        new(typeof(PowerSpectrum), "Compute", 1, x => Run(new PowerSpectrum(x.Length, 100), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s)), Constant: Given.Zero),
        new(typeof(WelchSpectrum), "Compute", 1, x => Run(new WelchSpectrum(x.Length, Math.Max(1, x.Length / 2), 100), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s)), Constant: Given.Zero),
        new(typeof(ShortTimeSpectrum), "Power", 1, x => Run(new ShortTimeSpectrum(x.Length, 1, 100), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Power(x, o, s))),
        new(typeof(ShortTimeSpectrum), "Transform", 1, x => Run(new ShortTimeSpectrum(x.Length, 1, 100), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Transform(x, o, new float[o.Length], s))),
        new(typeof(ZoomSpectrum), "Compute", 1, x => Run(Zoom(x), p => p.PointCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s))),
        new(typeof(ZoomSpectrum), "Transform", 1, x => Run(Zoom(x), p => p.PointCount, p => p.ScratchLength, (p, o, s) => p.Transform(x, o, new float[o.Length], s))),
        new(typeof(BinAmplitudes), "Compute", 1, x => Run(new BinAmplitudes(x.Length, [0]), _ => 1, _ => 0, (p, o, _) => p.Compute(x, o))),
        new(typeof(BinErrors), "Compute", 1, x => Run(new BinErrors(x.Length, 100), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, new float[x.Length], o, s))),
        new(typeof(AnalyticSignal), "Hilbert", 1, x => Run(new AnalyticSignal(x.Length), p => p.WindowSamples, p => p.ScratchLength, (p, o, s) => p.Hilbert(x, o, s)), Constant: Given.Zero),
        new(typeof(AnalyticSignal), "Envelope", 1, x => Run(new AnalyticSignal(x.Length), p => p.WindowSamples, p => p.ScratchLength, (p, o, s) => p.Envelope(x, o, s))),
        new(typeof(Cepstrum), "Compute", 1, x => Run(new Cepstrum(x.Length), p => p.QuefrencyCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s))),
        new(typeof(EnvelopeSpectrum), "Compute", 16, x => Run(new EnvelopeSpectrum(x.Length, 100, 10, 40), p => p.BinCount, p => p.ScratchLength, (p, o, s) => p.Compute(x, o, s)), Constant: Given.Zero),
        new(typeof(EnvelopeSpectrum), "SquaredEnvelope", 16, x => Run(new EnvelopeSpectrum(x.Length, 100, 10, 40), p => p.EnvelopeSamples, p => p.ScratchLength, (p, o, s) => p.SquaredEnvelope(x, o, s)), Constant: Given.Zero),
        new(typeof(Kurtogram), "Compute", 64, x => [(float)new Kurtogram(x.Length, 100, 10).Compute(x, [], new float[new Kurtogram(x.Length, 100, 10).ScratchLength]).Kurtosis]),
        new(typeof(MotionConverter), "Convert", 2, x => Run(new MotionConverter(x.Length, 100, VibrationUnit.G, VibrationUnit.MillimetresPerSecond, 1, 50), p => p.WindowSamples, p => p.ScratchLength, (p, o, s) => p.Convert(x, o, s)), Constant: Given.Zero),
        new(typeof(VelocitySeverity), "RmsMillimetresPerSecond", 10, x => [(float)Severity(x)], Constant: Given.Zero),
        new(typeof(VibrationLevel), "Of", 1, x => [(float)VibrationLevel.Of(x).Rms], Constant: Given.Zero),
        new(typeof(VibrationMeasures), "Of", 1, x => [(float)VibrationMeasures.Of(x).Rms], Constant: Given.Zero),
        new(typeof(Detrend), "Remove", 1, x => Run(x, _ => x.Length, _ => 0, (_, o, _) => Detrend.Remove(Trend.Mean, x, o)), Empty: Given.Nothing, Constant: Given.Zero),
        new(typeof(ZeroPhaseFilter), "Apply", 1, ZeroPhase, Empty: Given.Nothing),
        new(typeof(BandPower), "Between", 1, x => [(float)BandPower.Between(x, 1, 0, x.Length)], Empty: Given.Zero),
        new(typeof(SpectralMoments), "Of", 2, x => [(float)SpectralMoments.Of(x, 1).CentroidHz], Empty: Given.NotFinite),
        new(typeof(ThirdOctaves), "Compute", 1, Octaves, Empty: Given.Zero, BadMayMiss: true),
        new(typeof(NoiseFloor), "RunningMedian", 1, x => Run(x, _ => x.Length, _ => NoiseFloor.ScratchLength(2), (_, o, s) => NoiseFloor.RunningMedian(x, 2, o, s)), Empty: Given.Nothing, InfinityIsLarge: true),
    ];

    /// <summary>Functions on samples or spectra that keep a state, take the output of others, or are held by tests of their own.</summary>
    private static readonly string[] Elsewhere =
    [
        "IStreamingFilter.Process", "SosFilter.Process", "FirFilter.Process", "FirDecimator.Process", "FirDecimator.Decimate", "RationalResampler.Process",
        "RationalResampler.Resample", "AngularResampler.Resample", "ShaftAngle.FromTacho", "ShaftAngle.FromSpeed", "BinErrors.Mean", "BinErrors.Greatest", "HarmonicSearch.Find", "LineSpectrum.Peaks", "MathNetFilter.Process",
        "MathNetFilter.OfSections", "MathNetFilter.OfTaps", "Ascending.CountBelow",
    ];

    private enum Given
    {
        Finite,
        Zero,
        Nothing,
        NotFinite,
        Throws,
    }

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    [Fact]
    public void Rows_HoldEveryPublicFunctionOnSpans()
    {
        string[] found =
        [
            .. typeof(RealFft).Assembly.GetExportedTypes()
                .Where(type => type.Namespace is not "Thrum.Spectral.Diagnosis" and not "Thrum.Spectral.Bearings")
                .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Where(method => !method.IsSpecialName && method.GetParameters().Any(TakesSpan))
                    .Select(method => $"{type.Name}.{method.Name}"))
                .Distinct(),
        ];

        Assert.Empty(found.Except(Rows.Select(row => row.Name)).Except(Elsewhere));
        Assert.Empty(Rows.Select(row => row.Name).Except(found));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BadSample_AnywhereInAWindow_LeavesNothingFinite(string name)
    {
        Row row = Rows.Single(row => row.Name == name);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            foreach (int place in (int[])[1, Whole / 2, Whole - 1])
            {
                if (float.IsInfinity(bad) && row.InfinityIsLarge)
                {
                    continue;
                }

                float[] samples = Signals.Noise(Whole, 7);
                samples[place] = bad;

                float[] result = row.Function(samples);

                Assert.True(row.BadMayMiss || !result.Any(float.IsFinite), $"{bad} at {place}: {string.Join(' ', result.Take(6))}");
                Assert.True(result.Any(value => !float.IsFinite(value)), $"{bad} at {place} is not seen");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoSamples_AreRefusedOrGiveWhatIsStated(string name)
    {
        Row row = Rows.Single(row => row.Name == name);

        AssertGiven(row.Empty, row, []);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OneSample_GivesAFiniteResultOrIsRefused(string name)
    {
        Row row = Rows.Single(row => row.Name == name);

        if (row.Least > 1)
        {
            AssertGiven(row.Type == typeof(SpectralMoments) ? Given.NotFinite : Given.Throws, row, [2.5f]);
            AssertGiven(Given.Finite, row, Signals.Noise(row.Least, 3));
        }
        else
        {
            AssertGiven(Given.Finite, row, [2.5f]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constant_GivesAFiniteResult(string name)
    {
        Row row = Rows.Single(row => row.Name == name);

        AssertGiven(row.Constant, row, [.. Enumerable.Repeat(2.5f, Whole)]);
        AssertGiven(row.Type == typeof(SpectralMoments) ? Given.NotFinite : Given.Finite, row, new float[Whole]);
    }

    private static void AssertGiven(Given given, Row row, float[] samples)
    {
        if (given == Given.Throws)
        {
            Assert.ThrowsAny<ArgumentException>(() => row.Function(samples));
            return;
        }

        float[] result = row.Function(samples);
        Assert.Equal(given == Given.Nothing, result.Length == 0);
        Assert.All(result, value => Assert.True(
            given == Given.NotFinite ? !float.IsFinite(value) : float.IsFinite(value) && (given != Given.Zero || Math.Abs(value) < 1e-5), $"{value}"));
    }

    private static bool TakesSpan(ParameterInfo parameter) =>
        parameter.ParameterType.IsGenericType
        && (parameter.ParameterType.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>)
            || parameter.ParameterType.GetGenericTypeDefinition() == typeof(Span<>));

    private static float[] Run<TPlan>(TPlan plan, Func<TPlan, int> length, Func<TPlan, int> scratch, Action<TPlan, float[], float[]> apply)
    {
        float[] output = new float[length(plan)];
        apply(plan, output, new float[scratch(plan)]);
        return output;
    }

    private static float[] Real(float[] samples)
    {
        RealFft fft = RealFft.Get(samples.Length);
        float[] real = new float[fft.SpectrumLength];
        fft.Forward(samples, real, new float[fft.SpectrumLength], new float[fft.ScratchLength]);
        return real;
    }

    private static float[] ForwardMany(float[] samples)
    {
        RealFft fft = RealFft.Get(Math.Max(1, samples.Length));
        float[] real = new float[samples.Length == 0 ? 0 : fft.SpectrumLength];
        fft.ForwardMany(samples, real, new float[real.Length], new float[fft.ManyScratchLength]);
        return real;
    }

    private static float[] Inverse(float[] spectrum)
    {
        RealFft fft = RealFft.Get(Math.Max(0, (2 * spectrum.Length) - 1));
        float[] samples = new float[fft.Length];
        fft.Inverse(spectrum, new float[spectrum.Length], samples, new float[fft.ScratchLength]);
        return samples;
    }

    private static float[] InverseMany(float[] spectrum)
    {
        RealFft fft = RealFft.Get(Math.Max(1, 2 * (spectrum.Length - 1)));
        float[] samples = new float[spectrum.Length == 0 ? 0 : fft.Length];
        fft.InverseMany(spectrum, new float[spectrum.Length], samples, new float[fft.ManyScratchLength]);
        return samples;
    }

    /// <summary>The sum of both parts' magnitudes: one that is not finite makes it so.</summary>
    private static float[] ComplexMany(float[] samples, Action<ComplexFft, float[], float[], float[]> apply)
    {
        ComplexFft fft = ComplexFft.Get(Math.Max(1, samples.Length));
        float[] real = [.. samples];
        float[] imaginary = new float[samples.Length];
        apply(fft, real, imaginary, new float[fft.ManyScratchLength]);
        return [.. real.Zip(imaginary, (re, im) => MathF.Abs(re) + MathF.Abs(im))];
    }

    private static float[] Complex(float[] samples, Action<ComplexFft, float[], float[], float[]> apply)
    {
        ComplexFft fft = ComplexFft.Get(samples.Length);
        float[] real = [.. samples];
        apply(fft, real, new float[samples.Length], new float[fft.ScratchLength]);
        return real;
    }

    private static ZoomSpectrum Zoom(float[] samples) => new(samples.Length, 100, 0, 10, 5, SpectrumWindow.Rectangular);

    private static double Severity(float[] samples)
    {
        VelocitySeverity severity = new(samples.Length, 100, VibrationUnit.G, 40, 50);
        return severity.RmsMillimetresPerSecond(samples, new float[severity.ScratchLength]);
    }

    private static float[] ZeroPhase(float[] samples)
    {
        ZeroPhaseFilter filter = new(IirDesign.Butterworth(2, FilterBand.LowPass(10, 100)));
        float[] output = new float[samples.Length];
        filter.Apply(samples, output, new double[filter.ScratchLength(samples.Length)]);
        return output;
    }

    private static float[] Octaves(float[] density)
    {
        ThirdOctaves octaves = new(0.5, 100);
        double[] bands = new double[octaves.BandCount];
        octaves.Compute(density, 1, bands);
        return [.. bands.Select(band => (float)band)];
    }

    private sealed record Row(
        Type Type,
        string Method,
        int Least,
        Func<float[], float[]> Function,
        Given Empty = Given.Throws,
        Given Constant = Given.Finite,
        bool BadMayMiss = false,
        bool InfinityIsLarge = false)
    {
        public string Name => $"{Type.Name}.{Method}";
    }
}
