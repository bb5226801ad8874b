using Thrum.Spectral.Bearings;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Diagnosis;

/// <summary>What a diagnosis must know about measurement and machine, and its thresholds.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>
    /// Samples n per window, at least 64. Two seconds are advised: a weak line stands out more in narrower bins of fs/n.
    /// </summary>
    public required int WindowSamples { get; init; }

    /// <summary>Sampling rate fs, positive.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>
    /// Unit of the samples; null where nobody says it: then there is no velocity, and faults of shaft and motor are not looked
    /// for, because whether their lines matter depends on it.
    /// </summary>
    public VibrationUnit? Unit { get; init; } = VibrationUnit.G;

    /// <summary>The bearing; without it no bearing fault is looked for.</summary>
    public BearingGeometry? Bearing { get; init; }

    /// <summary>Teeth of the gear on this shaft; 0 for none.</summary>
    public int GearTeeth { get; init; }

    /// <summary>Mains frequency; null looks for twice 50 Hz and twice 60 Hz.</summary>
    public double? MainsHz { get; init; }

    /// <summary>Relative tolerance of bearing frequencies: elements slip by 1 to 2 %.</summary>
    public double Slip { get; init; } = 0.02;

    /// <summary>Amplitude over the floor from which on a line stands out.</summary>
    public float LeastOverFloor { get; init; } = 4;

    /// <summary>
    /// Amplitude of a bearing's fundamental over the mean squared envelope from which on it is called a fault. A train of short
    /// impulses has 2, less what noise there is; weaker modulation also comes from load and play, and is given as undetermined.
    /// </summary>
    public double LeastModulation { get; init; } = 0.5;

    /// <summary>
    /// RMS velocity (mm/s) below which the shaft's lines are not called a fault: every machine has some 1×. The default is the
    /// lowest boundary of zone A in ISO 20816-3:2022; give that of the machine.
    /// </summary>
    public double ShaftFaultVelocityMmS { get; init; } = 1.4;

    /// <summary>Kurtosis of the samples from which on an unexplained signal is called undetermined (a Gaussian has 3).</summary>
    public double ImpulsiveKurtosis { get; init; } = 4;
}
