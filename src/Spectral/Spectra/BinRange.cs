namespace Thrum.Spectral.Spectra;

/// <summary>
/// A bin or a band of bins of the single-sided spectrum of a window. A single place takes its nearest bin; a band takes the bins
/// inside it, both ends included.
/// </summary>
/// <param name="From">Lower end, or the place.</param>
/// <param name="To">Upper end; the lower end where <paramref name="IsBand"/> is false.</param>
/// <param name="Unit">What both are given in.</param>
/// <param name="IsBand">Whether it is a band.</param>
public readonly record struct BinRange(double From, double To, BinUnit Unit, bool IsBand)
{
    // A band's end that is a bin but for rounding counts.
    private const double Rounding = 1e-9;

    /// <summary>A single bin.</summary>
    public static BinRange At(double place, BinUnit unit) => new(place, place, unit, false);

    /// <summary>The bins between two places.</summary>
    public static BinRange Band(double from, double to, BinUnit unit) => new(from, to, unit, true);

    /// <summary>The first and the last bin for a window.</summary>
    /// <param name="windowSamples">n, at least 1.</param>
    /// <param name="sampleRateHz">fs, positive.</param>
    /// <param name="shaftHz">Shaft speed in Hz; needed for orders only.</param>
    /// <param name="bins">The bins, both within 0 … n/2 and in order; where there are none, what does not do.</param>
    /// <returns>False where a bin lies beyond the spectrum, the band holds none, or an order has no speed.</returns>
    public bool TryResolve(int windowSamples, double sampleRateHz, double shaftHz, out (int First, int Last) bins)
    {
        double perBin = Unit switch
        {
            BinUnit.Index => 1,
            BinUnit.Hertz => windowSamples / sampleRateHz,
            _ => shaftHz * windowSamples / sampleRateHz,
        };
        double first = IsBand ? Math.Ceiling((From * perBin) - Rounding) : Math.Round(From * perBin);
        double last = IsBand ? Math.Floor((To * perBin) + Rounding) : first;
        bins = ((int)first, (int)last);
        return first >= 0 && last >= first && last <= windowSamples / 2;
    }
}
