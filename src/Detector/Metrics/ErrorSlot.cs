namespace Thrum.Detector.Metrics;

/// <summary>The elementwise sums that metrics are made of, by their place in the array of sums.</summary>
internal enum ErrorSlot
{
    /// <summary>Σd².</summary>
    Squares,

    /// <summary>Σ|d|.</summary>
    Absolutes,

    /// <summary>Σ−ln(max(1 − d²/s², ε)).</summary>
    FlippedSquares,

    /// <summary>Σ−ln(1 − (1 − ε)·d²/max d²).</summary>
    FlippedSquaresOfMaximum,

    /// <summary>Σ−ln(max(1 − |d|/s, ε)).</summary>
    FlippedAbsolutes,

    /// <summary>Σ(ln(1 + y) − ln(1 + ŷ))².</summary>
    SquaredLogarithms,

    /// <summary>Σ−ln(max(1 − (ln(1 + y) − ln(1 + ŷ))²/ln²(1 + s), ε)).</summary>
    FlippedSquaredLogarithms,

    /// <summary>Σ|d|/(|y| + 1e-8).</summary>
    Relatives,

    /// <summary>Σ−ln(max(1 − |d|/(|y| + 1e-8), ε)).</summary>
    FlippedRelatives,

    /// <summary>The exceedances follow from here, one place each.</summary>
    FirstExceedance,
}
