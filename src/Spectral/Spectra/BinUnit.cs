namespace Thrum.Spectral.Spectra;

/// <summary>What a bin of a spectrum is named by.</summary>
public enum BinUnit
{
    /// <summary>Its index k, from 0 to n/2.</summary>
    Index,

    /// <summary>Its frequency k·fs/n.</summary>
    Hertz,

    /// <summary>Its multiple of the shaft's frequency.</summary>
    Order,
}
