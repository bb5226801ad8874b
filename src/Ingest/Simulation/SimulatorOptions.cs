using System.ComponentModel.DataAnnotations;
using Thrum.Spectral.Bearings;

namespace Thrum.Ingest.Simulation;

/// <summary>A simulated machine with one accelerometer axis.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Sampling rate in Hz; the bearing's resonance must lie below half of it.</summary>
    [Range(1000.0, 1_000_000.0)]
    public double SampleRateHz { get; init; } = 12_000;

    /// <summary>Mean shaft speed in Hz; 29.95 is 1797 r/min.</summary>
    [Range(1.0, 1000.0)]
    public double ShaftHz { get; init; } = 29.95;

    /// <summary>The same seed gives the same signal; axes of one machine share it, and so share shaft and impacts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The axis: gives noise, gain and phases of its own.</summary>
    public string Axis { get; init; } = "default";

    /// <summary>What breaks.</summary>
    public MachineFault Fault { get; init; } = MachineFault.None;

    /// <summary>When it breaks, in seconds of signal.</summary>
    [Range(0.0, double.MaxValue)]
    public double FaultOnsetSeconds { get; init; }

    /// <summary>
    /// How large a grown fault is; it begins at 60 % of that and grows with a time constant of 60 s. For bearing and tooth the peak of an impact in g,
    /// for the other faults of the shaft 1 is 12 mm/s at the strongest order.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double Severity { get; init; } = 1;

    /// <summary>Shaft speed in Hz at the beginning, from which it goes evenly to <see cref="ShaftHz"/>; null for a steady one, 0 for a standing machine.</summary>
    [Range(0.0, 1000.0)]
    public double? StartShaftHz { get; init; }

    /// <summary>How long it takes to reach <see cref="ShaftHz"/>, seconds.</summary>
    [Range(0.0, 1e6)]
    public double RunUpSeconds { get; init; }

    /// <summary>Load after <see cref="LoadChangeAtSeconds"/> as a multiple of the rated one before: the mesh and impacts go with it, and the speed gives way.</summary>
    [Range(0.0, 5.0)]
    public double Load { get; init; } = 1;

    /// <summary>When the load begins to change, which takes a second.</summary>
    [Range(0.0, double.MaxValue)]
    public double LoadChangeAtSeconds { get; init; }

    /// <summary>What is wrong with the sensor.</summary>
    public SensorFault SensorFault { get; init; } = SensorFault.None;

    /// <summary>When the sensor fails, in seconds of signal.</summary>
    [Range(0.0, double.MaxValue)]
    public double SensorFaultOnsetSeconds { get; init; }

    /// <summary>Factor on the sizes that <see cref="Simulation.SensorFault"/> states.</summary>
    [Range(0.01, 100.0)]
    public double SensorFaultSize { get; init; } = 1;

    /// <summary>The bearing.</summary>
    public BearingGeometry Bearing { get; init; } = BearingCatalogue.Skf6205;

    /// <summary>Standard deviation of the time between impacts, as a fraction of it, by which the elements slip.</summary>
    [Range(0.0, 0.1)]
    public double Slip { get; init; } = 0.01;

    /// <summary>The structure's resonance that impacts excite, in Hz.</summary>
    [Range(10.0, 500_000.0)]
    public double ResonanceHz { get; init; } = 3000;

    /// <summary>Its damping ratio.</summary>
    [Range(0.001, 0.5)]
    public double Damping { get; init; } = 0.05;

    /// <summary>Teeth of the pinion on the shaft: the mesh is heard at this many times the shaft's speed.</summary>
    [Range(5, 200)]
    public int GearTeeth { get; init; } = 23;

    /// <summary>Standard deviation of the broadband noise in g.</summary>
    [Range(0.0, 100.0)]
    public double NoiseG { get; init; } = 0.1;

    /// <summary>What cannot be, a sentence each; empty for good options.</summary>
    public IReadOnlyList<string> Faults() => SimulatorChecks.Faults(this);
}
