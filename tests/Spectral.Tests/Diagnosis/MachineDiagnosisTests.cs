using Thrum.Spectral.Bearings;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests.Diagnosis;

public sealed class MachineDiagnosisTests
{
    private const int Rate = 8192;
    private const double ShaftHz = 24.3;

    private static readonly DiagnosisOptions Options = new()
    {
        WindowSamples = 2 * Rate,
        SampleRateHz = Rate,
        Unit = VibrationUnit.MetresPerSecondSquared,
        Bearing = BearingCatalogue.Skf6205,
        GearTeeth = 23,
    };

    [Fact]
    public void Diagnose_StrongFirstOrder_IsUnbalance()
    {
        Finding first = Diagnose((ShaftHz, 5), (2 * ShaftHz, 0.5)).Findings[0];

        Assert.Equal(FaultKind.Unbalance, first.Fault);
        Assert.True(first.Confidence > 0.9);
        Assert.Equal("1×", first.Evidence[0].Name);
        Assert.Equal(5 / Math.Sqrt(2), first.Evidence[0].Amplitude, 0.02);
    }

    [Fact]
    public void Diagnose_StrongSecondOrder_IsMisalignment() =>
        Assert.Equal(FaultKind.Misalignment, Diagnose((ShaftHz, 2), (2 * ShaftHz, 3), (3 * ShaftHz, 0.5)).Findings[0].Fault);

    [Fact]
    public void Diagnose_ManyOrders_IsLooseness() => Assert.Equal(
        FaultKind.Looseness,
        Diagnose([.. Enumerable.Range(1, 8).Select(order => (order * ShaftHz, 2.0 / Math.Sqrt(order)))]).Findings[0].Fault);

    [Fact]
    public void Diagnose_HalfOrders_IsLooseness() => Assert.Contains(
        Diagnose((0.5 * ShaftHz, 1), (ShaftHz, 3), (1.5 * ShaftHz, 1), (2.5 * ShaftHz, 1)).Findings,
        finding => finding.Fault == FaultKind.Looseness && finding.Evidence.Any(line => line.Name == "0.5×"));

    [Fact]
    public void Diagnose_TwiceMains_IsElectrical() =>
        Assert.Equal(FaultKind.Electrical, Diagnose((100, 3), (ShaftHz, 0.5)).Findings[0].Fault);

    [Fact]
    public void Diagnose_MeshWithSidebands_IsGear()
    {
        (double Hz, double MmS)[] lines = [.. Enumerable.Range(-3, 7).Select(m => ((23 + m) * ShaftHz, m == 0 ? 0.3 : 0.15))];

        DiagnosisReport report = Diagnose(lines);

        Assert.Equal(FaultKind.Gear, report.Findings[0].Fault);
        Assert.Equal(7, report.Findings[0].Evidence.Count);
        Assert.DoesNotContain(Diagnose((23 * ShaftHz, 0.3)).Findings, finding => finding.Fault == FaultKind.Gear);
    }

    [Fact]
    public void Diagnose_CageModulatedImpulsesOfABall_IsBall()
    {
        float[] samples = Noise(0.3);
        double period = Rate / (2 * BearingCatalogue.Skf6205.BsfOrder * ShaftHz);
        double ftf = BearingCatalogue.Skf6205.FtfOrder * ShaftHz;
        for (double start = 10; start < samples.Length - 60; start += period)
        {
            double load = 1 + (0.7 * Math.Cos(2 * Math.PI * ftf * start / Rate));
            for (int i = (int)start + 1; i < start + 50; i++)
            {
                samples[i] += (float)(6 * load * Math.Exp((start - i) / 8) * Math.Sin(2 * Math.PI * 2700 * (i - start) / Rate));
            }
        }

        Finding first = new MachineDiagnosis(Options).Diagnose(samples, ShaftHz).Findings[0];

        Assert.Equal(FaultKind.Ball, first.Fault);
        Assert.Contains(first.Evidence, line => line.Name == "2×BSF−FTF");
    }

    [Fact]
    public void Diagnose_QuietNoise_IsNone()
    {
        DiagnosisReport report = Diagnose((ShaftHz, 0.4));

        Assert.Equal([FaultKind.None], report.Findings.Select(finding => finding.Fault));
        Assert.Equal(0.4 / Math.Sqrt(2), report.VelocityRmsMmS, 0.05);
    }

    [Fact]
    public void Diagnose_StrongUnknownLine_IsUndeterminedWithTheLine()
    {
        Finding only = Diagnose((177.7, 4)).Findings.Single();

        Assert.Equal(FaultKind.Undetermined, only.Fault);
        Assert.Equal(177.7, only.Evidence[0].FrequencyHz, 0.2);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Diagnose_BadSample_IsUndeterminedWithoutConfidence(float bad)
    {
        float[] samples = Noise(1);
        samples[77] = bad;

        Finding only = new MachineDiagnosis(Options).Diagnose(samples, ShaftHz).Findings.Single();

        Assert.Equal((FaultKind.Undetermined, 0.0), (only.Fault, only.Confidence));
    }

    [Fact]
    public void Diagnose_Constant_IsNone() => Assert.Equal(
        FaultKind.None, new MachineDiagnosis(Options).Diagnose(new float[2 * Rate], ShaftHz).Findings.Single().Fault);

    [Fact]
    public void Diagnose_ValueOutOfRange_Throws()
    {
        MachineDiagnosis diagnosis = new(Options);

        Assert.Throws<ArgumentOutOfRangeException>(() => diagnosis.Diagnose(new float[(2 * Rate) - 1], ShaftHz));
        Assert.Throws<ArgumentOutOfRangeException>(() => diagnosis.Diagnose(new float[2 * Rate], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MachineDiagnosis(Options with { WindowSamples = 10 }));
    }

    [Fact]
    public void Diagnose_Warm_AllocatesTheReportOnly()
    {
        MachineDiagnosis diagnosis = new(Options);
        float[] samples = Noise(1);

        Assert.True(Allocations.WhenWarm(() => diagnosis.Diagnose(samples, ShaftHz)) < 10 * 2000);
    }

    /// <summary>Lines of the given peak velocities (mm/s) in weak noise.</summary>
    private static DiagnosisReport Diagnose(params (double Hz, double MmS)[] lines)
    {
        float[] samples = Noise(0.02);
        for (int i = 0; i < samples.Length; i++)
        {
            foreach ((double hz, double velocity) in lines)
            {
                double omega = 2 * Math.PI * hz;
                samples[i] += (float)(velocity * 1e-3 * omega * Math.Sin((omega * i / Rate) + hz));
            }
        }

        return new MachineDiagnosis(Options).Diagnose(samples, ShaftHz);
    }

    private static float[] Noise(double deviation)
    {
        Random random = new(11);
        return [.. Enumerable.Range(0, 2 * Rate).Select(_ => (float)(deviation
            * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
