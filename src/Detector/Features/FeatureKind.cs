namespace Thrum.Detector.Features;

/// <summary>What a model sees of a window.</summary>
public enum FeatureKind
{
    /// <summary>The samples themselves.</summary>
    Waveform,

    /// <summary>The samples of named quantities, such as temperature and pressure: one axis each.</summary>
    Quantities,

    /// <summary>ln of the amplitude in each bin but 0, averaged over segments.</summary>
    LogSpectrum,

    /// <summary>ln of the amplitude of the squared envelope of a band in each bin but 0.</summary>
    EnvelopeSpectrum,
}
