using Thrum.Spectral.Bearings;
using Thrum.Spectral.Diagnosis;

namespace Thrum.Spectral.Tests.Diagnosis;

public sealed class CwruDiagnosisTests
{
    private const string OuterRace = "12k_Drive_End_OR007@6_0_130.mat";
    private const string InnerRace = "12k_Drive_End_IR007_0_105.mat";
    private const string Ball = "12k_Drive_End_B007_0_118.mat";
    private const string Healthy = "normal_0_97.mat";
    private static readonly FaultKind[] BearingFaults = [FaultKind.OuterRace, FaultKind.InnerRace, FaultKind.Ball, FaultKind.Cage];

    [Theory]
    [InlineData(OuterRace, FaultKind.OuterRace, 107.6)]
    [InlineData(InnerRace, FaultKind.InnerRace, 161.7)]
    public void Diagnose_RaceFault_NamesItFirstInEverySecond(string file, FaultKind fault, double frequencyHz)
    {
        Assert.All(Reports(file, 12000, 12000), report =>
        {
            Finding first = report.Findings[0];
            Assert.Equal(fault, first.Fault);
            Assert.True(first.Confidence > 0.5);
            Assert.True(first.HarmonicsMatched >= 3);
            Assert.Equal(frequencyHz, first.Evidence[0].FrequencyHz, 0.3);
            Assert.Equal(frequencyHz / CwruRecords.ShaftHz, first.Evidence[0].Order, 0.01);
        });
    }

    [Theory]
    [InlineData(12000, 12000)]
    [InlineData(24000, 12000)]
    [InlineData(60000, 12000)]
    [InlineData(24000, 24000)]
    [InlineData(60000, 24000)]
    public void Diagnose_Healthy_HasNoBearingFinding(int length, int window) => Assert.All(
        Reports(Healthy, length, window), report => Assert.DoesNotContain(report.Findings, finding => BearingFaults.Contains(finding.Fault)));

    [Theory]
    [InlineData(12000, 12000)]
    [InlineData(24000, 12000)]
    [InlineData(120000, 12000)]
    [InlineData(24000, 24000)]
    [InlineData(120000, 24000)]
    public void Diagnose_BallFault_NamesNoOtherPart(int length, int window) => Assert.All(
        Reports(Ball, length, window), report => Assert.All(
            report.Findings, finding => Assert.Contains(finding.Fault, new[] { FaultKind.Ball, FaultKind.Undetermined, FaultKind.None })));

    [Fact]
    public void Diagnose_WholeBallRecord_IsUndeterminedOrBall()
    {
        DiagnosisReport report = Reports(Ball, 120000, 24000).Single();

        Assert.Contains(report.Findings[0].Fault, new[] { FaultKind.Ball, FaultKind.Undetermined });
    }

    private static IEnumerable<DiagnosisReport> Reports(string file, int length, int window)
    {
        MachineDiagnosis diagnosis = new(new DiagnosisOptions
        {
            WindowSamples = window,
            SampleRateHz = CwruRecords.RateHz,
            Bearing = BearingCatalogue.Skf6205,
            MainsHz = 60,
        });
        float[] samples = CwruRecords.Read(file);
        for (int start = 0; start + length <= samples.Length; start += length)
        {
            yield return diagnosis.Diagnose(samples.AsSpan(start, length), CwruRecords.ShaftHz);
        }
    }
}
