using Thrum.Detector.Evidence;

namespace Thrum.Detector.Signals;

/// <summary>What the spectra of an axis's newest samples show.</summary>
public sealed record SignalSpectra
{
    /// <summary>Symbol of the samples' unit; null where nobody says it.</summary>
    public required string? Unit { get; init; }

    /// <summary>Peak amplitudes against Hz, in the samples' unit.</summary>
    public required EvidenceCurve Spectrum { get; init; }

    /// <summary>Amplitudes of the squared envelope against Hz, of the band with the greatest spectral kurtosis.</summary>
    public required EvidenceCurve Envelope { get; init; }

    /// <summary>Lower edge of that band, Hz.</summary>
    public required double BandLowHz { get; init; }

    /// <summary>Upper edge of that band, Hz.</summary>
    public required double BandHighHz { get; init; }

    /// <summary>Where shaft and gear would show in the spectrum; empty without a speed.</summary>
    public required IReadOnlyList<NamedLine> ShaftLines { get; init; }

    /// <summary>Where damage to the bearing would show in the envelope spectrum; empty without a bearing and a speed.</summary>
    public required IReadOnlyList<NamedLine> BearingLines { get; init; }

    /// <summary>What the diagnosis finds in these samples at this moment, the strongest first; no alarm is raised by it.</summary>
    public required IReadOnlyList<EvidenceFinding> Findings { get; init; }

    /// <summary>Spectrum of the newest window as the model sees it; null where no model scores the axis.</summary>
    public required ReconstructedSpectrum? Reconstruction { get; init; }
}

/// <summary>A frequency with a name, such as <c>2×BPFO</c>.</summary>
/// <param name="Name">Which line.</param>
/// <param name="FrequencyHz">Where it stands.</param>
public sealed record NamedLine(string Name, double FrequencyHz);

/// <summary>The spectrum of a window and of what a model made of it, in the normalised unit.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Measured">Of the window; of a model that sees a spectrum, that spectrum.</param>
/// <param name="Reconstructed">Of the reconstruction.</param>
public sealed record ReconstructedSpectrum(string Model, EvidenceCurve Measured, EvidenceCurve Reconstructed);

/// <summary>Power of short pieces of a signal.</summary>
/// <param name="StepSeconds">From one column to the next.</param>
/// <param name="StepHz">From one value of a column to the next; the first stands at 0 Hz.</param>
/// <param name="Columns">Per piece of time, oldest first, the power density in dB over 1 unit²/Hz, cut to a range of 120 dB below the greatest.</param>
public sealed record Spectrogram(double StepSeconds, double StepHz, IReadOnlyList<IReadOnlyList<float>> Columns);
