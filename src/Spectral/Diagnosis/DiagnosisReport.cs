using Thrum.Spectral.Envelopes;

namespace Thrum.Spectral.Diagnosis;

/// <summary>What a diagnosis found.</summary>
/// <param name="Findings">
/// At least one, the strongest first; a single <see cref="FaultKind.None"/> or <see cref="FaultKind.Undetermined"/> where no
/// pattern fits.
/// </param>
/// <param name="EnvelopeBand">The band that the envelope was taken of, with its kurtosis.</param>
/// <param name="VelocityRmsMmS">RMS velocity in the severity band, mm/s.</param>
/// <param name="Kurtosis">Kurtosis of the samples.</param>
public sealed record DiagnosisReport(
    IReadOnlyList<Finding> Findings, KurtogramBand EnvelopeBand, double VelocityRmsMmS, double Kurtosis);
