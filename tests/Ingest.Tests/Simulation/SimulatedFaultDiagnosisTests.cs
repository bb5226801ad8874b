using Thrum.Ingest.Simulation;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Measures;

namespace Thrum.Ingest.Tests.Simulation;

/// <summary>Each simulated fault is what the diagnosis of the gateway names, and a sound machine has none.</summary>
public sealed class SimulatedFaultDiagnosisTests
{
    // As much as the gateway diagnoses: a hundred turns.
    private const int Window = 40_000;

    // By so much more is the diagnosis sure of the fault than of any other finding.
    private const double Margin = 0.05;

    [Theory]
    [InlineData(MachineFault.OuterRace, FaultKind.OuterRace, "BPFO")]
    [InlineData(MachineFault.InnerRace, FaultKind.InnerRace, "BPFI")]
    [InlineData(MachineFault.Ball, FaultKind.Ball, "2×BSF")]
    [InlineData(MachineFault.Cage, FaultKind.Cage, "FTF")]
    [InlineData(MachineFault.Unbalance, FaultKind.Unbalance, "1×")]
    [InlineData(MachineFault.Misalignment, FaultKind.Misalignment, "2×")]
    [InlineData(MachineFault.Looseness, FaultKind.Looseness, "0.5×")]
    [InlineData(MachineFault.GearTooth, FaultKind.Gear, "mesh+1×")]
    public void Diagnose_SimulatedFault_IsNamedWithItsLine(MachineFault fault, FaultKind expected, string line)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            DiagnosisReport report = Diagnose(new SimulatorOptions { Fault = fault, Seed = seed });
            string found = string.Join(", ", report.Findings.Select(finding => $"{finding.Fault} {finding.Confidence:F2}"));

            Assert.True(report.Findings[0].Fault == expected, $"seed {seed}: {found}");
            Assert.Contains(report.Findings[0].Evidence, evidence => evidence.Name == line);
            Assert.True(report.Findings.Count == 1 || report.Findings[0].Confidence > report.Findings[1].Confidence + Margin, $"seed {seed}: {found}");
        }
    }

    [Fact]
    public void Diagnose_SoundMachine_NamesNoFault()
    {
        FaultKind[] named = [.. Enumerable.Range(1, 20).SelectMany(seed => Diagnose(new SimulatorOptions { Seed = seed }).Findings).Select(finding => finding.Fault)];

        // Of hundreds of places where a line could stand, one is four times its floor by chance now and then: that is said to be undetermined.
        Assert.All(named, fault => Assert.True(fault is FaultKind.None or FaultKind.Undetermined, $"{fault}"));
        Assert.InRange(named.Count(fault => fault == FaultKind.None), 17, 20);
    }

    [Fact]
    public void Diagnose_FaultOfHalfTheLoad_IsStillNamed() => Assert.Equal(
        FaultKind.OuterRace, Diagnose(new SimulatorOptions { Fault = MachineFault.OuterRace, Load = 0.5 }).Findings[0].Fault);

    private static DiagnosisReport Diagnose(SimulatorOptions options)
    {
        float[] samples = new float[Window];
        new MachineSimulator(options).Generate(samples);
        return new MachineDiagnosis(new DiagnosisOptions
        {
            WindowSamples = Window,
            SampleRateHz = options.SampleRateHz,
            Bearing = options.Bearing,
            GearTeeth = options.GearTeeth,
            ShaftFaultVelocityMmS = Iso20816Part3.For(MachineGroup.Medium, MachineSupport.Rigid).BtoC,
        }).Diagnose(samples, options.ShaftHz);
    }
}
