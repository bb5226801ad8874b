using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests.Units;

public sealed class MotionConverterTests
{
    [Theory]
    [InlineData(VibrationUnit.MetresPerSecondSquared, VibrationUnit.MillimetresPerSecond)]
    [InlineData(VibrationUnit.G, VibrationUnit.MillimetresPerSecond)]
    [InlineData(VibrationUnit.G, VibrationUnit.Micrometres)]
    [InlineData(VibrationUnit.MillimetresPerSecond, VibrationUnit.Micrometres)]
    [InlineData(VibrationUnit.MillimetresPerSecond, VibrationUnit.G)]
    [InlineData(VibrationUnit.Micrometres, VibrationUnit.MetresPerSecondSquared)]
    [InlineData(VibrationUnit.G, VibrationUnit.MetresPerSecondSquared)]
    public void Convert_SineInTheBand_IsItsDerivativeOrIntegral(VibrationUnit from, VibrationUnit to)
    {
        // 50 Hz, 1 s: whole periods. Each derivative turns the phase by 90° and multiplies by 2πf.
        float[] samples = Signals.Sine(2000, 50, 2, 0.3);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] += (float)(5 + (3 * Math.Sin(2 * Math.PI * 4 * i / 2000)));
        }

        MotionConverter plan = new(2000, 2000, from, to, 10, 200);
        plan.Convert(samples, samples, new float[plan.ScratchLength]);

        double expected = new VibrationAmplitude(2, from, AmplitudeKind.Peak).OfSine(50, to, AmplitudeKind.Peak).Value;
        int turns = VibrationUnits.Derivative(to) - VibrationUnits.Derivative(from);
        Assert.All(samples, (value, i) => Assert.Equal(
            expected * Math.Sin((2 * Math.PI * 50 * i / 2000) + 0.3 + (turns * Math.PI / 2)), value, 1e-5 * expected));
    }

    [Fact]
    public void OfSine_TextbookFigures_AreMet()
    {
        // 1 g peak at 159.155 Hz (2πf = 1000): 9.80665 mm/s peak, 19.6 µm peak-to-peak.
        VibrationAmplitude acceleration = new(1, VibrationUnit.G, AmplitudeKind.Peak);

        Assert.Equal(6.9343, acceleration.OfSine(500 / Math.PI, VibrationUnit.MillimetresPerSecond, AmplitudeKind.Rms).Value, 1e-4);
        Assert.Equal(19.6133, acceleration.OfSine(500 / Math.PI, VibrationUnit.Micrometres, AmplitudeKind.PeakToPeak).Value, 1e-4);
        Assert.Equal(9.80665, acceleration.InUnit(VibrationUnit.MetresPerSecondSquared).Value, 1e-12);
        Assert.Throws<ArgumentException>(() => acceleration.InUnit(VibrationUnit.Micrometres));
        Assert.Throws<ArgumentOutOfRangeException>(() => acceleration.OfSine(0, VibrationUnit.Micrometres, AmplitudeKind.Peak));
        Assert.Throws<ArgumentOutOfRangeException>(() => VibrationUnits.ToSi((VibrationUnit)9));
    }

    [Fact]
    public void Convert_BadSample_IsNaN()
    {
        MotionConverter plan = new(64, 1000, VibrationUnit.G, VibrationUnit.Micrometres, 20, 400);
        float[] samples = new float[64];
        samples[3] = float.NegativeInfinity;

        plan.Convert(samples, samples, new float[plan.ScratchLength]);

        Assert.All(samples, value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(1, 1000, 10, 100)]
    [InlineData(64, 0, 10, 100)]
    [InlineData(64, 1000, 0, 100)]
    [InlineData(64, 1000, 600, 700)]
    [InlineData(64, 1000, 17, 30)]
    public void Constructor_ValueOutOfRange_Throws(int samples, double rate, double low, double high) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MotionConverter(samples, rate, VibrationUnit.G, VibrationUnit.Micrometres, low, high));

    [Fact]
    public void Convert_Warm_AllocatesNothing()
    {
        MotionConverter plan = new(1000, 1000, VibrationUnit.G, VibrationUnit.MillimetresPerSecond, 10, 400);
        float[] samples = Signals.Noise(1000, 1);
        float[] scratch = new float[plan.ScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => plan.Convert(samples, samples, scratch)));
    }
}
