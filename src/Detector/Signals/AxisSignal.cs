using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Signals;

/// <summary>The newest samples of an axis, copied from its measurement buffer at one moment. Immutable.</summary>
public sealed record AxisSignal
{
    internal AxisSignal(MachineProfile profile) => Profile = profile;

    /// <summary>The axis.</summary>
    public required AxisId Axis { get; init; }

    /// <summary>Samples per second.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>Time of the last sample, ns since 1970-01-01 UTC.</summary>
    public required long EndUnixNs { get; init; }

    /// <summary>The samples, oldest first, in the unit that the machine's entry names.</summary>
    public required IReadOnlyList<float> Samples { get; init; }

    /// <summary>Speed of the shaft during these samples, in Hz: measured, or else configured; null where neither is known.</summary>
    public double? ShaftHz { get; init; }

    /// <summary>The newest window as the axis's model sees it; null where no model scores the axis.</summary>
    public required ReconstructedWindow? Reconstructed { get; init; }

    /// <summary>What is known of the machine.</summary>
    internal MachineProfile Profile { get; }

    /// <summary>Symbol of the samples' unit; null where nobody says it.</summary>
    public string? Unit => VibrationUnits.Symbol(Profile.Unit);
}

/// <summary>A window and what a model makes of it, both normalised.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="BinHz">Of a model that sees a spectrum, the width of its bins, the first of which is bin 1; 0 for samples.</param>
/// <param name="Input">What the model was given.</param>
/// <param name="Output">What it made of it.</param>
public sealed record ReconstructedWindow(string Model, double BinHz, IReadOnlyList<float> Input, IReadOnlyList<float> Output);
