namespace Thrum.Spectral.Spectra;

/// <summary>What a power spectrum is referred to.</summary>
public enum PowerScale
{
    /// <summary>Unit²/Hz: noise reads the same whatever the window; its integral over frequency is the mean square.</summary>
    Density,

    /// <summary>Unit²: a line on a bin reads its mean square, A²/2 for amplitude A.</summary>
    Spectrum,
}
