using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Measures;

namespace Thrum.Gateway.Inspect;

/// <summary>What was found in a recording.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Measures">Of all samples measured.</param>
/// <param name="Spread">Where the spectrum's power lies.</param>
/// <param name="Diagnosis">Findings, the strongest first.</param>
/// <param name="Zone">Zone of ISO 20816-3; null without a velocity.</param>
/// <param name="Lines">The strongest lines of the spectrum, the greatest amplitude first.</param>
/// <param name="Plots">What to draw.</param>
internal sealed record InspectionReport(
    InspectionRequest Request,
    VibrationMeasures Measures,
    SpectralMoments Spread,
    DiagnosisReport Diagnosis,
    SeverityZone? Zone,
    IReadOnlyList<NamedLine> Lines,
    InspectionPlots Plots)
{
    /// <summary>Which samples of the recording all of this is of; the request has these alone.</summary>
    public FiniteStretch Measured { get; init; }
}

/// <summary>A line of the spectrum.</summary>
/// <param name="Name">What is known to stand there, such as <c>2×</c>; null for nothing.</param>
/// <param name="FrequencyHz">Where it stands.</param>
/// <param name="Order">Multiple of the shaft's frequency; null without a speed.</param>
/// <param name="Amplitude">Peak, in the unit of the samples.</param>
/// <param name="OverFloor">Amplitude over the local floor.</param>
internal sealed record NamedLine(string? Name, double FrequencyHz, double? Order, double Amplitude, double OverFloor);

/// <summary>The curves of a report.</summary>
/// <param name="Least">Least sample of each column of the waveform.</param>
/// <param name="Greatest">Greatest sample of each column.</param>
/// <param name="Detail">Samples around the greatest one.</param>
/// <param name="DetailStart">Index of the first of those.</param>
/// <param name="Spectrum">Peak amplitudes, in the samples' unit.</param>
/// <param name="SpectrumBinHz">Width of its bins.</param>
/// <param name="Envelope">Amplitudes of the squared envelope, unit².</param>
/// <param name="EnvelopeBinHz">Width of its bins.</param>
/// <param name="Spectrogram">Decibels below the greatest, one byte for a third of a decibel, frame by frame.</param>
/// <param name="Frames">Frames of the spectrogram.</param>
/// <param name="FrameSeconds">Time from one frame to the next.</param>
/// <param name="Cursors">Frequencies of bearing and shaft.</param>
internal sealed record InspectionPlots(
    float[] Least,
    float[] Greatest,
    float[] Detail,
    int DetailStart,
    float[] Spectrum,
    double SpectrumBinHz,
    float[] Envelope,
    double EnvelopeBinHz,
    byte[] Spectrogram,
    int Frames,
    double FrameSeconds,
    IReadOnlyList<Cursor> Cursors);

/// <summary>A family of lines to look for in a plot.</summary>
/// <param name="Name">Its name, such as <c>BPFO</c>.</param>
/// <param name="FrequencyHz">Its fundamental; multiples of it belong to it.</param>
internal sealed record Cursor(string Name, double FrequencyHz);
