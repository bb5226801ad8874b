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
    public BearingFault Fault { get; init; } = BearingFault.None;

    /// <summary>When it breaks, in seconds of signal.</summary>
    [Range(0.0, double.MaxValue)]
    public double FaultOnsetSeconds { get; init; }

    /// <summary>Peak of a grown fault's impacts in g; they begin at 60 % of it and grow with a time constant of 60 s.</summary>
    [Range(0.0, 1000.0)]
    public double Severity { get; init; } = 1;

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
}
