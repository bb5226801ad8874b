using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests.Measures;

public sealed class SeverityTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(12.34)]
    [InlineData(24.95)]
    [InlineData(29.5)]
    [InlineData(159.155)]
    [InlineData(987.6)]
    [InlineData(1000)]
    public void Rms_KnownSineInTheBand_IsRightToATenthOfAPercent(double frequencyHz)
    {
        VelocitySeverity plan = new(12000, 12000, VibrationUnit.G);
        float[] samples = Signals.Sine(12000, frequencyHz, 0.5, 0.7);
        double expected = new VibrationAmplitude(0.5, VibrationUnit.G, AmplitudeKind.Peak)
            .OfSine(frequencyHz, VibrationUnit.MillimetresPerSecond, AmplitudeKind.Rms).Value;

        double actual = plan.RmsMillimetresPerSecond([.. samples.Select(x => x + 1)], new float[plan.ScratchLength]);

        Assert.Equal(expected, actual, 1e-3 * expected);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1010)]
    public void Rms_SineOutsideTheBand_DoesNotCount(double frequencyHz)
    {
        VelocitySeverity plan = new(12000, 12000, VibrationUnit.MetresPerSecondSquared);
        double whole = 1000 / (2 * Math.PI * frequencyHz) / Math.Sqrt(2);

        Assert.True(plan.RmsMillimetresPerSecond(Signals.Sine(12000, frequencyHz), new float[plan.ScratchLength]) < 0.01 * whole);
    }

    [Fact]
    public void Rms_SilenceOrBadSample_HasTheStatedResult()
    {
        VelocitySeverity plan = new(1024, 1000, VibrationUnit.G);
        float[] samples = new float[1024];

        Assert.Equal(0, plan.RmsMillimetresPerSecond(samples, new float[plan.ScratchLength]));
        samples[5] = float.NaN;
        Assert.True(double.IsNaN(plan.RmsMillimetresPerSecond(samples, new float[plan.ScratchLength])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VelocitySeverity(1024, 1000, VibrationUnit.Micrometres));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VelocitySeverity(256, 1000, VibrationUnit.G));
    }

    [Theory]
    [InlineData(MachineGroup.Large, MachineSupport.Rigid, 2.3, 4.5, 7.1)]
    [InlineData(MachineGroup.Large, MachineSupport.Flexible, 3.5, 7.1, 11)]
    [InlineData(MachineGroup.Medium, MachineSupport.Rigid, 1.4, 2.8, 4.5)]
    [InlineData(MachineGroup.Medium, MachineSupport.Flexible, 2.3, 4.5, 7.1)]
    public void Zone_OfEachMachine_ChangesAtTheBoundaries(MachineGroup group, MachineSupport support, double ab, double bc, double cd)
    {
        Iso20816Part3 zones = Iso20816Part3.For(group, support);

        Assert.Equal((ab, bc, cd), (zones.AtoB, zones.BtoC, zones.CtoD));
        Assert.Equal(
            [SeverityZone.A, SeverityZone.A, SeverityZone.B, SeverityZone.C, SeverityZone.D, SeverityZone.D],
            new[] { 0, ab, bc, cd, cd + 0.01, double.PositiveInfinity }.Select(v => zones.Zone(v)!.Value));
        Assert.Null(zones.Zone(double.NaN));
        Assert.Null(zones.Zone(-1));
    }

    [Fact]
    public void IsSignificantChange_QuarterOfTheUpperBoundary_IsTheLimit()
    {
        Iso20816Part3 zones = Iso20816Part3.For(MachineGroup.Medium, MachineSupport.Rigid);

        Assert.False(zones.IsSignificantChange(1.0, 1.69));
        Assert.True(zones.IsSignificantChange(1.0, 1.71));
        Assert.True(zones.IsSignificantChange(1.71, 1.0));
        Assert.False(zones.IsSignificantChange(double.NaN, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Iso20816Part3.For((MachineGroup)7, MachineSupport.Rigid));
    }

    [Fact]
    public void Between_AnyCut_SumsToTheWhole()
    {
        float[] density = [.. Signals.Noise(65, 3).Select(MathF.Abs)];
        double whole = density.Sum(d => (double)d) * 2;
        double[] cuts = [0, 3.3, 17, 17.2, 60.01, 128];

        double parts = cuts.Zip(cuts.Skip(1), (low, high) => BandPower.Between(density, 2, low, high)).Sum();

        Assert.Equal(whole, parts, 1e-9);
        Assert.Equal(0.5 * density[10], BandPower.Between(density, 2, 19.75, 20.25), 1e-6);
        Assert.Equal(0, BandPower.Between(density, 2, 30, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => BandPower.Between(density, 2, double.NaN, 20));
    }

    [Fact]
    public void ThirdOctaves_FlatDensity_HoldTheirBandwidths()
    {
        ThirdOctaves bands = new(10, 5100);
        float[] density = new float[6001];
        Array.Fill(density, 0.25f);
        double[] meanSquares = new double[bands.BandCount];

        bands.Compute(density, 1, meanSquares);

        Assert.Equal(28, bands.BandCount);
        Assert.Equal(10, bands.MiddleHz(0), 1e-9);
        Assert.Equal(1000, bands.MiddleHz(20), 1e-9);
        Assert.Equal((891.25, 1122.02), (Math.Round(bands.EdgesHz(20).LowHz, 2), Math.Round(bands.EdgesHz(20).HighHz, 2)));
        Assert.All(meanSquares, (value, i) => Assert.Equal(0.25 * (bands.EdgesHz(i).HighHz - bands.EdgesHz(i).LowHz), value, 1e-6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThirdOctaves(1020, 1100));
    }

    [Fact]
    public void SpectralMoments_TwoLines_AreMeanAndDeviation()
    {
        float[] power = new float[100];
        power[0] = 1000;
        power[20] = 1;
        power[40] = 3;

        SpectralMoments moments = SpectralMoments.Of(power, 2);

        Assert.Equal(70, moments.CentroidHz, 1e-9);
        Assert.Equal(Math.Sqrt(300), moments.SpreadHz, 1e-9);
        Assert.True(double.IsNaN(SpectralMoments.Of(new float[5], 1).CentroidHz));
    }

    [Fact]
    public void Severity_Warm_AllocatesNothing()
    {
        VelocitySeverity plan = new(1000, 1000, VibrationUnit.G);
        PowerSpectrum spectrum = new(1000, 1000);
        ThirdOctaves bands = new(10, 400);
        float[] samples = Signals.Noise(1000, 1);
        float[] power = new float[spectrum.BinCount];
        float[] scratch = new float[plan.ScratchLength];
        double[] meanSquares = new double[bands.BandCount];
        double sum = 0;

        Assert.Equal(0, Allocations.WhenWarm(() =>
        {
            sum += plan.RmsMillimetresPerSecond(samples, scratch);
            spectrum.Compute(samples, power, scratch);
            bands.Compute(power, 1, meanSquares);
            sum += VibrationMeasures.Of(samples).Shape + SpectralMoments.Of(power, 1).CentroidHz;
        }));
    }
}
