using System.Text.Json;
using Thrum.Spectral.Orders;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Orders;

public sealed class AngularResamplerTests
{
    private const int Rate = 4000;

    [Fact]
    public void SecondsAt_IrregularPulses_EqualSciPy()
    {
        JsonElement expected = References.Read("tacho.json");
        ShaftAngle angle = ShaftAngle.FromTacho(expected.Doubles("pulses"), 2);

        Assert.Equal(
            expected.Doubles("seconds"), expected.Doubles("revolutions").Select(angle.SecondsAt), new Near(1e-12));
        Assert.Equal((0.0, 9.5), (angle.StartRevolutions, angle.EndRevolutions));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resample_RunUp_PutsAnOrderOnOneLine(bool tacho)
    {
        // 10 Hz to 20 Hz in 4 s: 10t + 1.25t² revolutions, 60 in all.
        float[] samples =
        [
            .. Enumerable.Range(0, 4 * Rate).Select(i => (float)Math.Sin(2 * Math.PI * 3.5 * Revolutions((double)i / Rate))),
        ];
        ShaftAngle angle = tacho
            ? ShaftAngle.FromTacho([.. Enumerable.Range(0, 60).Select(r => (Math.Sqrt(100 + (5.0 * r)) - 10) / 2.5)])
            : ShaftAngle.FromSpeed([.. Enumerable.Range(0, 41).Select(i => 10 + (0.25 * i))], 10);
        AngularResampler resampler = new(64);
        float[] turned = new float[resampler.OutputLength(angle)];

        int count = resampler.Resample(samples, Rate, angle, turned);

        Assert.Equal(turned.Length, count);
        AmplitudeSpectrum spectrum = new(56 * 64, SpectrumWindow.Hann);
        float[] amplitudes = new float[spectrum.BinCount];
        spectrum.Compute(turned.AsSpan(64, 56 * 64), amplitudes, new float[spectrum.ScratchLength]);
        int bin = (int)(3.5 * 56);
        Assert.Equal(3.5, resampler.BinToOrder(bin, 56 * 64), 1e-12);
        Assert.Equal(1, amplitudes[bin], 2e-3);
        Assert.True(amplitudes.Where((_, k) => Math.Abs(k - bin) > 2).Max() < 2e-3);
    }

    [Fact]
    public void Resample_SteadySpeed_InterpolatesTheSignal()
    {
        float[] samples = Signals.Sine(Rate, 1300);
        ShaftAngle angle = ShaftAngle.FromSpeed([10, 10], 1);
        AngularResampler resampler = new(777);
        float[] turned = new float[resampler.OutputLength(angle)];

        resampler.Resample(samples, Rate, angle, turned);

        for (int i = 100; i < turned.Length - 100; i++)
        {
            Assert.Equal(Math.Sin(2 * Math.PI * 1300 * i / 7770), turned[i], 2e-4);
        }
    }

    [Fact]
    public void Resample_OutsideTheSamplesOrBad_IsAsStated()
    {
        float[] samples = new float[100];
        samples[50] = float.NaN;
        ShaftAngle angle = ShaftAngle.FromTacho([0, 0.1]);
        AngularResampler resampler = new(100);
        float[] turned = new float[101];

        resampler.Resample(samples, 1000, angle, turned);
        Assert.All(turned, (value, i) => Assert.Equal(Math.Abs(i - 50) <= 15, float.IsNaN(value)));
        resampler.Resample([], 1000, angle, turned);
        Assert.All(turned, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Resample_Warm_AllocatesNothing()
    {
        ShaftAngle angle = ShaftAngle.FromTacho([0, 0.1, 0.19]);
        AngularResampler resampler = new(100);
        float[] samples = new float[200];
        float[] turned = new float[201];

        Assert.Equal(0, Allocations.WhenWarm(() => resampler.Resample(samples, 1000, angle, turned)));
    }

    [Fact]
    public void ShaftAngle_BadInput_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ShaftAngle.FromTacho([1]));
        Assert.Throws<ArgumentException>(() => ShaftAngle.FromTacho([1, 1]));
        Assert.Throws<ArgumentException>(() => ShaftAngle.FromTacho([0, double.NaN]));
        Assert.Throws<ArgumentException>(() => ShaftAngle.FromSpeed([1, 0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShaftAngle.FromTacho([0, 1]).SecondsAt(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AngularResampler(1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new AngularResampler(9).Resample([], 1, ShaftAngle.FromTacho([0, 1]), new float[9]));
    }

    [Fact]
    public void GearMesh_Pair_HasTheTextbookFrequencies()
    {
        Assert.Equal(600, GearMesh.FrequencyHz(20, 30));
        Assert.Equal(20, GearMesh.DrivenShaftHz(20, 30, 30));
        Assert.Equal(10, GearMesh.HuntingToothHz(20, 30, 30));
        Assert.Throws<ArgumentOutOfRangeException>(() => GearMesh.FrequencyHz(1, 30));
    }

    private static double Revolutions(double seconds) => (10 * seconds) + (1.25 * seconds * seconds);
}
