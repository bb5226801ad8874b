using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Measures;

/// <summary>Where the power of a spectrum lies.</summary>
/// <param name="CentroidHz">Mean frequency, weighted by power.</param>
/// <param name="SpreadHz">Standard deviation about it.</param>
public readonly record struct SpectralMoments(double CentroidHz, double SpreadHz)
{
    /// <summary>Of a power spectrum or density without its bin 0, which is offset. Both are NaN without power or with NaN.</summary>
    /// <param name="power">[bins] from 0 Hz.</param>
    /// <param name="binHz">Width of a bin, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width of a bin is not positive.</exception>
    public static SpectralMoments Of(ReadOnlySpan<float> power, double binHz)
    {
        Finite.ThrowIfNotPositive(binHz);
        double sum = 0;
        double first = 0;
        for (int bin = 1; bin < power.Length; bin++)
        {
            sum += power[bin];
            first += (double)bin * power[bin];
        }

        double centroid = first / sum;
        double second = 0;
        for (int bin = 1; bin < power.Length; bin++)
        {
            second += (bin - centroid) * (bin - centroid) * power[bin];
        }

        return new(centroid * binHz, Math.Sqrt(second / sum) * binHz);
    }
}
