namespace Thrum.Spectral.Spectra;

/// <summary>Weighting of the samples before a transform. ENBW is the equivalent noise bandwidth in bins of a long window.</summary>
public enum SpectrumWindow
{
    /// <summary>None (ENBW 1): exact for whole periods, and what the <c>fft(bins)</c> metric is defined with.</summary>
    Rectangular,

    /// <summary>½ − ½·cos(2πi/n) (ENBW 1.5): little leakage; a line spreads over three bins.</summary>
    Hann,

    /// <summary>0.54 − 0.46·cos(2πi/n) (ENBW 1.36): nearest side lobe 43 dB down, far ones hardly lower.</summary>
    Hamming,

    /// <summary>Four-term minimum (ENBW 2.00), side lobes 92 dB down (F. J. Harris, Proc. IEEE 66, 1978).</summary>
    BlackmanHarris,

    /// <summary>Five-term flat top (ENBW 3.77): a line between bins reads within 0.01 dB (G. D'Antona, A. Ferrero, 2006).</summary>
    FlatTop,

    /// <summary>I₀(β√(1 − x²))/I₀(β), x from −1 to 1; β trades main lobe for side lobes (ENBW 1.36 at β = 4, 1.80 at β = 8.6).</summary>
    Kaiser,

    /// <summary>Flat with cosine flanks that take the fraction α of the window: 0 is rectangular, 1 is Hann.</summary>
    Tukey,
}
