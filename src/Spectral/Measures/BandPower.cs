using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Measures;

/// <summary>Mean squares within bands of a power density. Pure functions, safe from any thread.</summary>
public static class BandPower
{
    /// <summary>
    /// ∫ density df from one frequency to another. A bin stands for ±½ bin about its frequency and is shared in proportion; a
    /// band from 0 or to the last bin takes those in full. NaN in the band gives NaN; an empty band 0.
    /// </summary>
    /// <param name="density">[bins] unit²/Hz, single-sided from 0 Hz.</param>
    /// <param name="binHz">Width of a bin, positive.</param>
    /// <param name="lowHz">Lower edge.</param>
    /// <param name="highHz">Upper edge.</param>
    /// <returns>Mean square in the samples' unit squared.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width of a bin is not positive, or an edge NaN.</exception>
    public static double Between(ReadOnlySpan<float> density, double binHz, double lowHz, double highHz)
    {
        Finite.ThrowIfNotPositive(binHz);
        if (double.IsNaN(lowHz) || double.IsNaN(highHz))
        {
            throw new ArgumentOutOfRangeException(nameof(lowHz), (lowHz, highHz), "edges must be numbers");
        }

        // In bins, with the whole of bin k from k − ½ to k + ½: a density's bin 0 and last bin count in full in the total.
        double low = Math.Max(lowHz / binHz, -0.5);
        double high = Math.Min(highHz / binHz, density.Length - 0.5);
        low = low <= 0 ? -0.5 : low;
        high = high >= density.Length - 1 ? density.Length - 0.5 : high;
        double sum = 0;
        for (int bin = (int)Math.Floor(low + 0.5); bin < density.Length && bin - 0.5 < high; bin++)
        {
            double share = Math.Min(high, bin + 0.5) - Math.Max(low, bin - 0.5);
            sum += share <= 0 ? 0 : share * density[bin];
        }

        return sum * binHz;
    }
}
