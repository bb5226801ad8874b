using Thrum.Detector.Samples;

namespace Thrum.Detector.Scores;

/// <summary>Physical measures of one axis over its measurement buffer. A value that does not exist is NaN or null.</summary>
/// <param name="Stream">The axis.</param>
/// <param name="TimeUnixNs">Time of the buffer's last sample, ns since 1970-01-01 UTC.</param>
/// <param name="Rms">Root mean square about the mean, in the samples' unit.</param>
/// <param name="Peak">Largest distance from the mean, in the samples' unit.</param>
/// <param name="Crest">Peak over RMS.</param>
/// <param name="Kurtosis">Pearson's: 3 for a Gaussian.</param>
/// <param name="VelocityRmsMmS">RMS velocity in 10 … 1000 Hz, mm/s; NaN unless the unit is declared, an acceleration.</param>
/// <param name="Zone">Zone of ISO 20816-3, <c>A</c> to <c>D</c>, for the machine's group and support; null without a velocity.</param>
/// <param name="ShaftHz">Shaft speed; NaN where it is not known.</param>
public readonly record struct VibrationMeasure(
    AxisStream Stream,
    long TimeUnixNs,
    double Rms,
    double Peak,
    double Crest,
    double Kurtosis,
    double VelocityRmsMmS,
    string? Zone,
    double ShaftHz)
{
    /// <summary>Symbol of the samples' unit; null where nobody says it.</summary>
    public string? Unit { get; init; }
}
