namespace Thrum.Detector.Metrics;

/// <summary>The elementary metrics that an expression is made of; d = y − ŷ, s the model's scale, ε = 1e-6.</summary>
public enum MetricKind
{
    /// <summary>Mean of d².</summary>
    Mse,

    /// <summary>Mean of |d|.</summary>
    Mae,

    /// <summary>Sum of |d|.</summary>
    Sad,

    /// <summary>Logarithmic MSE: mean of −ln(max(1 − d²/s², ε)).</summary>
    Lmse,

    /// <summary>Logarithmic MSE scaled by the window's own largest error: mean of −ln(1 − (1 − ε)·d²/max d²); 0 where every d is 0.</summary>
    LmseMax,

    /// <summary>Mean of (ln(1 + y) − ln(1 + ŷ))²; what is below 0 counts as 0.</summary>
    Msle,

    /// <summary>Mean of |d| / (|y| + 1e-8).</summary>
    Relative,

    /// <summary>Flipped and log-scaled: mean of −ln(max(1 − ℓ, ε)), ℓ an elementwise loss in units of its largest value, <see cref="MetricTerm.Inner"/>.</summary>
    Flipped,

    /// <summary>Sum of ŷ − τ over the ŷ beyond τ, or of its square, <see cref="MetricTerm.Exceedance"/>.</summary>
    Exceedance,

    /// <summary>Mean over chosen bins of the difference of single-sided spectral amplitudes, <see cref="MetricTerm.Bins"/>.</summary>
    Fft,
}

/// <summary>One weighted term of a metric. Immutable.</summary>
/// <param name="Weight">Factor of the term.</param>
/// <param name="Kind">The elementary metric.</param>
public sealed record MetricTerm(double Weight, MetricKind Kind)
{
    /// <summary>The bins of <see cref="MetricKind.Fft"/>; null for the others.</summary>
    public BinSelection? Bins { get; init; }

    /// <summary>
    /// What <see cref="MetricKind.Flipped"/> flips; null for the others. ℓ is d²/s² for <see cref="MetricKind.Mse"/>, |d|/s for
    /// <see cref="MetricKind.Mae"/>, (ln(1 + y) − ln(1 + ŷ))²/ln²(1 + s) for <see cref="MetricKind.Msle"/> and |d|/(|y| + 1e-8)
    /// for <see cref="MetricKind.Relative"/>.
    /// </summary>
    public MetricKind? Inner { get; init; }

    /// <summary>The parameters of <see cref="MetricKind.Exceedance"/>; null for the others.</summary>
    public ExceedanceSpec? Exceedance { get; init; }
}

/// <summary>The parameters of <c>exceedance(τ, l1|l2)</c>.</summary>
/// <param name="Threshold">τ, in normalised units.</param>
/// <param name="Squared">True for l2: the sum of (ŷ − τ)²; false for l1: the sum of ŷ − τ.</param>
public sealed record ExceedanceSpec(double Threshold, bool Squared);
