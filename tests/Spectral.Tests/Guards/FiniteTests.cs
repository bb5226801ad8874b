using Thrum.Spectral.Envelopes;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Lines;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Orders;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests.Guards;

/// <summary>NaN is below nothing and above nothing, so a plain comparison lets it pass: every rate, frequency and width is tried.</summary>
public sealed class FiniteTests
{
    private static readonly Action<double>[] Takers =
    [
        x => _ = new PowerSpectrum(64, x),
        x => _ = new WelchSpectrum(64, 32, x),
        x => _ = new ShortTimeSpectrum(64, 32, x),
        x => _ = new ZoomSpectrum(64, x, 1, 2, 4),
        x => _ = new BinErrors(64, x),
        x => _ = new EnvelopeSpectrum(64, x, 10, 40),
        x => _ = new EnvelopeSpectrum(64, 100, x, 40),
        x => _ = new EnvelopeSpectrum(64, 100, 10, x),
        x => _ = new Kurtogram(64, x, 10),
        x => _ = new Kurtogram(64, 100, x),
        x => _ = new MotionConverter(64, x, VibrationUnit.G, VibrationUnit.Micrometres, 5, 40),
        x => _ = new MotionConverter(64, 100, VibrationUnit.G, VibrationUnit.Micrometres, x, 40),
        x => _ = new VelocitySeverity(64, x, VibrationUnit.G, 10, 40),
        x => _ = new VelocitySeverity(64, 100, VibrationUnit.G, x, 40),
        x => _ = new ThirdOctaves(x, 100),
        x => _ = new ThirdOctaves(10, x),
        x => _ = BandPower.Between(new float[4], x, 0, 1),
        x => _ = SpectralMoments.Of(new float[4], x),
        x => _ = new LineSpectrum(new float[4], new float[4], x).BinHz,
        x => _ = HarmonicSearch.Find(new LineSpectrum(new float[4], new float[4], 1), x, 0.01, 3, new SpectralLine[1]),
        x => _ = HarmonicSearch.Find(new LineSpectrum(new float[4], new float[4], 1), 1, x, 3, new SpectralLine[1]),
        x => _ = HarmonicSearch.Sidebands(new LineSpectrum(new float[4], new float[4], 1), 1, x, 1, 3),
        x => _ = new AngularResampler(16).Resample(new float[8], x, ShaftAngle.FromSpeed([1, 1], 1), new float[17]),
        x => _ = ShaftAngle.FromSpeed([1, 1], x),
        x => _ = FilterBand.LowPass(x, 100),
        x => _ = FilterBand.LowPass(10, x),
        x => _ = IirDesign.Butterworth(2, new FilterBand()).Length + x,
        x => _ = IirDesign.ChebyshevI(2, x, FilterBand.LowPass(10, 100)),
        x => _ = IirDesign.Notch(10, x, 100),
        x => _ = new VibrationAmplitude(1, VibrationUnit.G, AmplitudeKind.Rms).OfSine(x, VibrationUnit.Micrometres, AmplitudeKind.Rms),
    ];

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1)]
    public void RateFrequencyOrWidth_NotAPositiveNumber_IsRefused(double value)
    {
        int[] passed = [.. Enumerable.Range(0, Takers.Length).Where(i => Record.Exception(() => Takers[i](value)) is not ArgumentOutOfRangeException)];

        Assert.Empty(passed);
    }

    [Fact]
    public void BandEdges_NaN_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MotionConverter(64, 100, VibrationUnit.G, VibrationUnit.Micrometres, 5, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VelocitySeverity(64, 100, VibrationUnit.G, 10, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => BandPower.Between(new float[4], 1, double.NaN, 1));
    }
}
