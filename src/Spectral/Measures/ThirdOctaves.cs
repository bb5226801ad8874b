using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Measures;

/// <summary>
/// Bands of a third of an octave, base ten (IEC 61260-1:2014): band i is about 1000·10^(i/10) Hz, from 10^(−1/20) to
/// 10^(1/20) times that. Immutable and safe to share between threads; nothing is allocated per spectrum.
/// </summary>
public sealed class ThirdOctaves
{
    private readonly int _first;

    /// <summary>The bands whose middle lies within a range.</summary>
    /// <param name="lowHz">Lowest middle, positive.</param>
    /// <param name="highHz">Highest middle.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not positive or holds no band.</exception>
    public ThirdOctaves(double lowHz, double highHz)
    {
        Finite.ThrowIfNotPositive(lowHz);
        Finite.ThrowIfNotPositive(highHz);
        ArgumentOutOfRangeException.ThrowIfLessThan(highHz, lowHz);
        _first = (int)Math.Ceiling((10 * Math.Log10(lowHz / 1000)) - 1e-9);
        int last = (int)Math.Floor((10 * Math.Log10(highHz / 1000)) + 1e-9);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, _first, nameof(highHz));
        BandCount = last - _first + 1;
    }

    /// <summary>How many bands there are.</summary>
    public int BandCount { get; }

    /// <summary>Exact middle of a band, Hz (nominal 31.5 Hz is 31.62).</summary>
    public double MiddleHz(int band) => 1000 * Math.Pow(10, (_first + band) / 10.0);

    /// <summary>Edges of a band, Hz.</summary>
    public (double LowHz, double HighHz) EdgesHz(int band) =>
        (MiddleHz(band) * Math.Pow(10, -0.05), MiddleHz(band) * Math.Pow(10, 0.05));

    /// <summary>Mean square in each band. Bins wider than a band are shared in proportion.</summary>
    /// <param name="density">[bins] unit²/Hz, single-sided from 0 Hz.</param>
    /// <param name="binHz">Width of a bin, positive.</param>
    /// <param name="meanSquares">[<see cref="BandCount"/>], in the samples' unit squared.</param>
    /// <exception cref="ArgumentException">The output has the wrong length, or the width of a bin is not positive.</exception>
    public void Compute(ReadOnlySpan<float> density, double binHz, Span<double> meanSquares)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(meanSquares.Length, BandCount);
        for (int band = 0; band < BandCount; band++)
        {
            (double low, double high) = EdgesHz(band);
            meanSquares[band] = BandPower.Between(density, binHz, low, high);
        }
    }
}
