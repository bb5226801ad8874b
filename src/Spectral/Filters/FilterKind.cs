namespace Thrum.Spectral.Filters;

/// <summary>Which frequencies a filter lets pass.</summary>
public enum FilterKind
{
    /// <summary>Those below the edge.</summary>
    LowPass,

    /// <summary>Those above the edge.</summary>
    HighPass,

    /// <summary>Those between the edges.</summary>
    BandPass,

    /// <summary>Those outside the edges.</summary>
    BandStop,
}
