using Thrum.Ingest.Simulation;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;

namespace Thrum.Ingest.Tests.Simulation;

/// <summary>Run-up, load and faults of the sensor.</summary>
public sealed class OperationTests
{
    private const int Rate = 12_000;

    [Fact]
    public void Generate_RunUp_GoesEvenlyToTheSpeed()
    {
        float[] signal = Generate(new SimulatorOptions { StartShaftHz = 10, ShaftHz = 30, RunUpSeconds = 40, NoiseG = 0, GearTeeth = 50 }, 60 * Rate);

        // Over two seconds about 5 s, 20 s and 50 s: 12.5, 20 and 30 Hz.
        Assert.Equal(12.5, Strongest(signal, 4, 8, 20), 0.7);
        Assert.Equal(20, Strongest(signal, 19, 14, 27), 0.7);
        Assert.Equal(30, Strongest(signal, 49, 22, 40), 0.3);
        double early = VibrationMeasures.Of(signal.AsSpan(0, 2 * Rate)).Rms, late = VibrationMeasures.Of(signal.AsSpan(50 * Rate, 2 * Rate)).Rms;
        Assert.True(late > 1.3 * early, $"{early} at 10 Hz, {late} at 30 Hz");
    }

    [Fact]
    public void Generate_FromStandstill_IsQuietAtFirstAndFinite()
    {
        float[] signal = Generate(
            new SimulatorOptions { StartShaftHz = 0, RunUpSeconds = 10, NoiseG = 0.001, Fault = MachineFault.InnerRace }, 12 * Rate);

        Assert.All(signal, sample => Assert.True(float.IsFinite(sample)));
        Assert.True(VibrationMeasures.Of(signal.AsSpan(0, Rate / 2)).Rms < VibrationMeasures.Of(signal.AsSpan(11 * Rate)).Rms);
    }

    [Fact]
    public void Generate_MoreLoad_RaisesTheMeshAndSlowsTheShaft()
    {
        float[] signal = Generate(new SimulatorOptions { Load = 2, LoadChangeAtSeconds = 10 }, 24 * Rate);

        double meshBefore = MeshAmplitude(signal, 5, 29.95), meshAfter = MeshAmplitude(signal, 20, 29.95 * 0.98);
        Assert.InRange(meshAfter / meshBefore, 1.5, 2.5);
        Assert.Equal(0.98, Strongest(signal, 20, 22, 40) / Strongest(signal, 5, 22, 40), 0.012);
    }

    [Fact]
    public void Generate_Stuck_RepeatsOneValue()
    {
        float[] signal = Generate(new SimulatorOptions { SensorFault = SensorFault.Stuck, SensorFaultOnsetSeconds = 1 }, 2 * Rate);

        Assert.Equal(Generate(new SimulatorOptions(), Rate), signal[..Rate]);
        Assert.All(signal[Rate..], sample => Assert.Equal(signal[Rate], sample));
    }

    [Fact]
    public void Generate_Clipping_StaysWithinTheRails()
    {
        float[] signal = Generate(new SimulatorOptions { SensorFault = SensorFault.Clipping, SensorFaultSize = 2 }, 2 * Rate);

        Assert.Equal(0.1f, signal.Max());
        Assert.Equal(-0.1f, signal.Min());
        Assert.True(signal.Count(sample => sample == 0.1f) > 100);
    }

    [Fact]
    public void Generate_Dropout_LosesATenthInRuns()
    {
        float[] signal = Generate(new SimulatorOptions { SensorFault = SensorFault.Dropout }, 120 * Rate);

        int lost = signal.Count(float.IsNaN);
        int runs = Enumerable.Range(1, signal.Length - 1).Count(i => float.IsNaN(signal[i]) && !float.IsNaN(signal[i - 1]));
        Assert.InRange(lost / (double)signal.Length, 0.06, 0.14);
        Assert.InRange(lost / (double)runs / Rate, 0.035, 0.065);
    }

    [Fact]
    public void Generate_OffsetAndDrift_MoveTheMean()
    {
        float[] offset = Generate(new SimulatorOptions { SensorFault = SensorFault.Offset, SensorFaultOnsetSeconds = 1 }, 2 * Rate);
        float[] drift = Generate(new SimulatorOptions { SensorFault = SensorFault.Drift, SensorFaultOnsetSeconds = 1 }, 3 * Rate);

        Assert.Equal(0, VibrationMeasures.Of(offset.AsSpan(0, Rate)).Mean, 0.01);
        Assert.Equal(0.5, VibrationMeasures.Of(offset.AsSpan(Rate)).Mean, 0.01);
        Assert.Equal(0.05 * 1.5, VibrationMeasures.Of(drift.AsSpan(2 * Rate)).Mean, 0.01);
    }

    [Fact]
    public void Generate_WrongRate_ShowsTheShaftTooSlow()
    {
        float[] signal = Generate(new SimulatorOptions { SensorFault = SensorFault.WrongRate }, 4 * Rate);

        Assert.Equal(29.95 / 1.05, Strongest(signal, 0, 22, 40), 0.6);
        Assert.Equal(3 * Rate, new MachineSimulator(new SimulatorOptions { SensorFault = SensorFault.WrongRate, Fault = MachineFault.Ball, FaultOnsetSeconds = 3 }).FaultOnsetSample);
    }

    [Fact]
    public void Generate_EveryFaultWarm_AllocatesNothing()
    {
        foreach (MachineFault fault in Enum.GetValues<MachineFault>())
        {
            foreach (SensorFault sensor in Enum.GetValues<SensorFault>())
            {
                MachineSimulator simulator = new(new SimulatorOptions { Fault = fault, SensorFault = sensor });
                float[] block = new float[1200];
                Assert.Equal(0, Allocations.WhenWarm(() => simulator.Generate(block), runs: 1));
            }
        }
    }

    private static double MeshAmplitude(float[] signal, int second, double shaftHz) => Line(signal, second, 23 * shaftHz - 8, 23 * shaftHz + 8).Amplitude;

    private static double Strongest(float[] signal, int second, double fromHz, double toHz) => Line(signal, second, fromHz, toHz).Hz;

    /// <summary>The strongest line in the two seconds from one on.</summary>
    private static (double Hz, double Amplitude) Line(float[] signal, int second, double fromHz, double toHz)
    {
        AmplitudeSpectrum spectrum = new(2 * Rate, SpectrumWindow.Hann);
        float[] amplitudes = new float[spectrum.BinCount];
        spectrum.Compute(signal.AsSpan(second * Rate, 2 * Rate), amplitudes, new float[spectrum.ScratchLength]);
        int peak = Enumerable.Range(0, amplitudes.Length).Where(bin => bin * 0.5 >= fromHz && bin * 0.5 <= toHz).MaxBy(bin => amplitudes[bin]);
        return (peak * 0.5, amplitudes[peak]);
    }

    private static float[] Generate(SimulatorOptions options, int samples)
    {
        float[] signal = new float[samples];
        new MachineSimulator(options).Generate(signal);
        return signal;
    }
}
