namespace Thrum.Spectral.Filters;

/// <summary>What is taken off a stretch of samples before it is analysed.</summary>
public enum Trend
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The straight line of least squares.</summary>
    Line,
}
