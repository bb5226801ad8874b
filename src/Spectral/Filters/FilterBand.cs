namespace Thrum.Spectral.Filters;

/// <summary>
/// What a filter is to pass, at which sampling rate. An edge is where the design's definition puts it: −3 dB for Butterworth,
/// the end of the ripple for Chebyshev I and elliptic, the start of the stop band for Chebyshev II.
/// </summary>
public readonly record struct FilterBand
{
    private FilterBand(FilterKind kind, double lowHz, double highHz, double sampleRateHz)
    {
        if (!(sampleRateHz > 0 && double.IsFinite(sampleRateHz)))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "must be positive");
        }

        CheckEdge(lowHz, sampleRateHz, nameof(lowHz));
        CheckEdge(highHz, sampleRateHz, nameof(highHz));
        Kind = kind;
        LowHz = lowHz;
        HighHz = highHz;
        SampleRateHz = sampleRateHz;
    }

    /// <summary>Which side of the edges passes.</summary>
    public FilterKind Kind { get; }

    /// <summary>Lower edge; the only one of a low-pass or high-pass.</summary>
    public double LowHz { get; }

    /// <summary>Upper edge; the same as the lower one of a low-pass or high-pass.</summary>
    public double HighHz { get; }

    /// <summary>Sampling rate.</summary>
    public double SampleRateHz { get; }

    /// <summary>Passes frequencies below the edge.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The edge is not within 0 and half the sampling rate (both excluded).</exception>
    public static FilterBand LowPass(double edgeHz, double sampleRateHz) => new(FilterKind.LowPass, edgeHz, edgeHz, sampleRateHz);

    /// <summary>Passes frequencies above the edge.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The edge is not within 0 and half the sampling rate (both excluded).</exception>
    public static FilterBand HighPass(double edgeHz, double sampleRateHz) => new(FilterKind.HighPass, edgeHz, edgeHz, sampleRateHz);

    /// <summary>Passes frequencies between the edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The edges do not rise, or are not within 0 and half the sampling rate.</exception>
    public static FilterBand BandPass(double lowHz, double highHz, double sampleRateHz) =>
        Rising(new(FilterKind.BandPass, lowHz, highHz, sampleRateHz));

    /// <summary>Stops frequencies between the edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The edges do not rise, or are not within 0 and half the sampling rate.</exception>
    public static FilterBand BandStop(double lowHz, double highHz, double sampleRateHz) =>
        Rising(new(FilterKind.BandStop, lowHz, highHz, sampleRateHz));

    private static FilterBand Rising(FilterBand band)
    {
        if (band.LowHz >= band.HighHz)
        {
            throw new ArgumentOutOfRangeException(
                nameof(band), band.HighHz, FormattableString.Invariant($"the upper edge must be above the lower one, {band.LowHz} Hz"));
        }

        return band;
    }

    private static void CheckEdge(double edgeHz, double sampleRateHz, string name)
    {
        if (!(edgeHz > 0 && edgeHz < sampleRateHz / 2))
        {
            throw new ArgumentOutOfRangeException(
                name, edgeHz, FormattableString.Invariant($"must be above 0 and below half the sampling rate, {sampleRateHz / 2} Hz"));
        }
    }
}
