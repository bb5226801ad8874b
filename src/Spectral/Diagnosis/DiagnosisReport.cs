using Thrum.Spectral.Envelopes;

namespace Thrum.Spectral.Diagnosis;

/// <summary>What a diagnosis found.</summary>
/// <param name="Findings">
/// At least one, the strongest first; a single <see cref="FaultKind.None"/> or <see cref="FaultKind.Undetermined"/> where no
/// pattern fits.
/// </param>
/// <param name="EnvelopeBand">The band that the envelope was taken of, with its kurtosis.</param>
/// <param name="VelocityRmsMmS">
/// RMS velocity in 10 … 1000 Hz, mm/s; NaN where the unit is not known, a sample is not finite, or the window is shorter than four
/// periods of 10 Hz.
/// </param>
/// <param name="Kurtosis">Kurtosis of the samples.</param>
public sealed record DiagnosisReport(
    IReadOnlyList<Finding> Findings, KurtogramBand EnvelopeBand, double VelocityRmsMmS, double Kurtosis);
