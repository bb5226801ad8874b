using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Simulation;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Measures;

namespace Thrum.Ingest.Tests.Simulation;

public sealed class MachineSimulatorTests
{
    private static readonly SimulatorOptions Faulty = new() { Fault = MachineFault.OuterRace, FaultOnsetSeconds = 2 };

    [Fact]
    public void Generate_CutAnyhow_GivesTheSameSignal()
    {
        SimulatorOptions options = Faulty with { FaultOnsetSeconds = 0.1 };
        float[] whole = Generate(options, 5000);
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            MachineSimulator simulator = new(options);
            float[] pieces = new float[5000];
            for (int at = 0; at < pieces.Length;)
            {
                int count = Math.Min(pieces.Length - at, random.Next(0, 700));
                simulator.Generate(pieces.AsSpan(at, count));
                at += count;
            }

            return pieces.AsSpan().SequenceEqual(whole) && simulator.SampleIndex == 5000;
        }));
    }

    [Fact]
    public void Generate_OtherSeedOrAxis_GivesAnotherSignal()
    {
        float[] signal = Generate(new SimulatorOptions(), 1000);

        Assert.Equal(signal, Generate(new SimulatorOptions(), 1000));
        Assert.NotEqual(signal, Generate(new SimulatorOptions { Seed = 2 }, 1000));
        Assert.NotEqual(signal, Generate(new SimulatorOptions { Axis = "y" }, 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Generate_Healthy_IsRealistic(int seed)
    {
        VibrationMeasures measures = VibrationMeasures.Of(Generate(new SimulatorOptions { Seed = seed }, 60_000));

        Assert.InRange(measures.Rms, 0.1, 0.2);
        Assert.InRange(measures.Kurtosis, 2.5, 3.2);
        Assert.InRange(measures.Mean, -0.005, 0.005);
    }

    [Fact]
    public void Generate_BeforeTheOnset_IsTheHealthyMachine()
    {
        float[] healthy = Generate(new SimulatorOptions(), 36_000);
        float[] faulty = Generate(Faulty, 36_000);

        Assert.Equal(24_000, new MachineSimulator(Faulty).FaultOnsetSample);
        Assert.Null(new MachineSimulator(new SimulatorOptions()).FaultOnsetSample);
        Assert.Equal(healthy[..24_000], faulty[..24_000]);
        Assert.NotEqual(healthy[24_000..24_300], faulty[24_000..24_300]);
    }

    [Theory]
    [InlineData(MachineFault.OuterRace)]
    [InlineData(MachineFault.InnerRace)]
    public void Generate_Fault_RaisesKurtosis(MachineFault fault)
    {
        float[] signal = Generate(Faulty with { Fault = fault }, 72_000);

        double healthy = VibrationMeasures.Of(signal.AsSpan(0, 24_000)).Kurtosis;
        double faulty = VibrationMeasures.Of(signal.AsSpan(36_000)).Kurtosis;
        Assert.True(faulty > healthy + 0.8, $"kurtosis {healthy:F2} healthy, {faulty:F2} faulty");
    }

    [Theory]
    [InlineData(MachineFault.OuterRace, 1)]
    [InlineData(MachineFault.OuterRace, 7)]
    [InlineData(MachineFault.InnerRace, 1)]
    public void Generate_Fault_StandsInTheEnvelopeSpectrumAtItsFrequency(MachineFault fault, int seed)
    {
        SimulatorOptions options = Faulty with { Fault = fault, Seed = seed };
        float[] signal = Generate(options, 24_000 + 65_536);
        BearingFrequencies lines = options.Bearing.AtShaftHz(options.ShaftHz);
        double line = fault == MachineFault.OuterRace ? lines.Bpfo : lines.Bpfi;

        EnvelopeLine healthy = EnvelopeLine.Measure(signal[..24_000], options, line);
        EnvelopeLine faulty = EnvelopeLine.Measure(signal[^65_536..], options, line);

        Assert.True(faulty.OverMedian > 20, $"line {faulty.OverMedian:F1} times the median at {faulty.PeakHz:F2} Hz");
        Assert.InRange(faulty.PeakHz, 0.99 * line, 1.01 * line);
        Assert.True(healthy.OverMedian < 6, $"line {healthy.OverMedian:F1} times the median while healthy");
    }

    [Fact]
    public void Generate_FaultOverMinutes_GrowsALittle()
    {
        MachineSimulator simulator = new(Faulty with { FaultOnsetSeconds = 0, NoiseG = 0 });
        float[] minute = new float[60 * 12_000];
        simulator.Generate(minute);
        double early = VibrationMeasures.Of(minute.AsSpan(0, 36_000)).Peak;
        simulator.Generate(minute);
        simulator.Generate(minute);
        double late = VibrationMeasures.Of(minute.AsSpan(0, 36_000)).Peak;

        Assert.InRange(late / early, 1.1, 2);
    }

    [Fact]
    public void Generate_Warm_AllocatesNothing()
    {
        MachineSimulator simulator = new(Faulty with { FaultOnsetSeconds = 0 });
        float[] block = new float[1200];

        Assert.Equal(0, Allocations.WhenWarm(() => simulator.Generate(block)));
    }

    [Fact]
    public void Options_Defaults_AreTheDocumentedOnes()
    {
        SimulatorOptions options = new();

        Assert.Equal(12_000, options.SampleRateHz);
        Assert.Equal(29.95, options.ShaftHz);
        Assert.Equal(MachineFault.None, options.Fault);
        Assert.Same(BearingCatalogue.Skf6205, options.Bearing);
    }

    [Fact]
    public void Constructor_OptionsOutside_NamesThemAll()
    {
        SimulatorOptions options = new() { SampleRateHz = 5000, ShaftHz = 0, Slip = double.NaN };

        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => new MachineSimulator(options));

        Assert.Contains("ShaftHz is 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("Slip is NaN", e.Message, StringComparison.Ordinal);
        Assert.Contains("ResonanceHz is 3000 and must be below half of SampleRateHz, 2500", e.Message, StringComparison.Ordinal);
    }

    private static float[] Generate(SimulatorOptions options, int samples)
    {
        float[] signal = new float[samples];
        new MachineSimulator(options).Generate(signal);
        return signal;
    }
}
