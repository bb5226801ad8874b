using Thrum.Spectral.Bearings;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests.Diagnosis;

/// <summary>What a diagnosis says when it is told less, or in other units.</summary>
public sealed class DiagnosisLimitsTests
{
    private const int Rate = 8192;
    private const double ShaftHz = 24.3;

    private static readonly DiagnosisOptions Options = new()
    {
        WindowSamples = 2 * Rate,
        SampleRateHz = Rate,
        Unit = VibrationUnit.MetresPerSecondSquared,
    };

    [Theory]
    [InlineData(50, 100.0)]
    [InlineData(60, 120.0)]
    [InlineData(null, 100.0)]
    [InlineData(null, 120.0)]
    public void Diagnose_TwiceTheMains_IsElectricalWithAndWithoutSpeed(int? mainsHz, double lineHz)
    {
        MachineDiagnosis diagnosis = new(Options with { MainsHz = mainsHz });
        float[] samples = Velocity(VibrationUnit.MetresPerSecondSquared, (lineHz, 4));

        Assert.Equal(FaultKind.Electrical, diagnosis.Diagnose(samples, ShaftHz).Findings[0].Fault);
        Assert.Equal(FaultKind.Electrical, diagnosis.Diagnose(samples, null).Findings[0].Fault);
    }

    [Theory]
    [InlineData(50, 120.0)]
    [InlineData(60, 100.0)]
    public void Diagnose_TwiceAnotherMains_IsNotElectrical(int mainsHz, double lineHz) => Assert.DoesNotContain(
        new MachineDiagnosis(Options with { MainsHz = mainsHz }).Diagnose(Velocity(VibrationUnit.MetresPerSecondSquared, (lineHz, 4)), ShaftHz).Findings,
        finding => finding.Fault == FaultKind.Electrical);

    [Theory]
    [InlineData(VibrationUnit.G)]
    [InlineData(VibrationUnit.MetresPerSecondSquared)]
    [InlineData(VibrationUnit.MillimetresPerSecond)]
    [InlineData(VibrationUnit.Micrometres)]
    public void Diagnose_SameMotionInAnyUnit_HasTheSameVelocityToATenthOfAPercent(VibrationUnit unit)
    {
        DiagnosisReport report = new MachineDiagnosis(Options with { Unit = unit }).Diagnose(Velocity(unit, (ShaftHz, 4)), ShaftHz);

        Assert.Equal(4 / Math.Sqrt(2), report.VelocityRmsMmS, 0.001 * 4 / Math.Sqrt(2));
        Assert.Equal(FaultKind.Unbalance, report.Findings[0].Fault);
    }

    [Fact]
    public void Diagnose_UnknownUnit_HasNoVelocityAndNoShaftFinding()
    {
        DiagnosisReport report = new MachineDiagnosis(Options with { Unit = null }).Diagnose(Velocity(VibrationUnit.MetresPerSecondSquared, (ShaftHz, 4)), ShaftHz);

        Assert.True(double.IsNaN(report.VelocityRmsMmS));
        Assert.Equal((FaultKind.None, 0.5), (report.Findings.Single().Fault, report.Findings.Single().Confidence));
    }

    [Fact]
    public void Diagnose_NoSpeed_IsUndeterminedWithoutOrders()
    {
        Finding only = new MachineDiagnosis(Options).Diagnose(Velocity(VibrationUnit.MetresPerSecondSquared, (ShaftHz, 4)), null).Findings.Single();

        Assert.Equal((FaultKind.Undetermined, 0.0), (only.Fault, only.Confidence));
        Assert.Equal(ShaftHz, only.Evidence[0].FrequencyHz, 0.1);
        Assert.True(double.IsNaN(only.Evidence[0].Order));
    }

    [Fact]
    public void Diagnose_WindowOfATenthOfASecond_HasNoVelocity()
    {
        MachineDiagnosis diagnosis = new(Options with { WindowSamples = 819, Bearing = BearingCatalogue.Skf6205 });

        DiagnosisReport report = diagnosis.Diagnose(Velocity(VibrationUnit.MetresPerSecondSquared, (ShaftHz, 0.1)).AsSpan(0, 819), ShaftHz);

        Assert.True(double.IsNaN(report.VelocityRmsMmS));
    }

    [Fact]
    public void Diagnose_Offset_IsNoLine()
    {
        float[] samples = [.. Velocity(VibrationUnit.MetresPerSecondSquared, (177.7, 4)).Select(sample => sample + 9.8f)];

        Finding only = new MachineDiagnosis(Options).Diagnose(samples, ShaftHz).Findings.Single();

        Assert.All(only.Evidence, line => Assert.True(line.FrequencyHz > 10));
    }

    [Fact]
    public void Envelope_BeforeAnyDiagnosis_Throws() =>
        Assert.Throws<InvalidOperationException>(() => new MachineDiagnosis(Options).Envelope.BinHz);

    [Fact]
    public void Of_AnyFault_IsAWireName() =>
        Assert.All(Enum.GetValues<FaultKind>(), fault => Assert.Matches("^[a-z]+(-[a-z]+)?$", FaultNames.Of(fault)));

    /// <summary>Lines of the given peak velocities (mm/s), as samples in a unit, in weak noise.</summary>
    private static float[] Velocity(VibrationUnit unit, params (double Hz, double MmS)[] lines)
    {
        float[] samples = Signals.Noise(2 * Rate, 3);
        double noise = 1e-5 * VibrationUnits.ToSi(VibrationUnit.MillimetresPerSecond) / VibrationUnits.ToSi(unit);
        for (int i = 0; i < samples.Length; i++)
        {
            double sample = noise * samples[i];
            foreach ((double hz, double velocity) in lines)
            {
                double omega = 2 * Math.PI * hz;
                double si = velocity * 1e-3 * Math.Pow(omega, VibrationUnits.Derivative(unit) - 1);
                sample += si / VibrationUnits.ToSi(unit) * Math.Sin(omega * i / Rate);
            }

            samples[i] = (float)sample;
        }

        return samples;
    }
}
