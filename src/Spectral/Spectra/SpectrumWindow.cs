namespace Thrum.Spectral.Spectra;

/// <summary>Weighting of the samples before a transform.</summary>
public enum SpectrumWindow
{
    /// <summary>None: exact for whole periods, and what the <c>fft(bins)</c> metric is defined with.</summary>
    Rectangular,

    /// <summary>Periodic Hann, ½ − ½·cos(2πi/n): little leakage; a line spreads over three bins.</summary>
    Hann,
}
