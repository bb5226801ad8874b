using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Lines;

/// <summary>An amplitude spectrum from 0 Hz on with its noise floor, to look for lines in. A view: it owns nothing.</summary>
public readonly ref struct LineSpectrum
{
    /// <summary>A view.</summary>
    /// <param name="amplitudes">[bins].</param>
    /// <param name="floor">[bins], as from <see cref="NoiseFloor"/>.</param>
    /// <param name="binHz">Width of a bin, positive.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or the width is not positive.</exception>
    public LineSpectrum(ReadOnlySpan<float> amplitudes, ReadOnlySpan<float> floor, double binHz)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(floor.Length, amplitudes.Length);
        Finite.ThrowIfNotPositive(binHz);
        Amplitudes = amplitudes;
        Floor = floor;
        BinHz = binHz;
    }

    /// <summary>[bins].</summary>
    public ReadOnlySpan<float> Amplitudes { get; }

    /// <summary>[bins].</summary>
    public ReadOnlySpan<float> Floor { get; }

    /// <summary>Width of a bin.</summary>
    public double BinHz { get; }

    /// <summary>Amplitude over floor of a bin, 0 outside the spectrum.</summary>
    public float OverFloor(int bin)
    {
        if ((uint)bin >= (uint)Amplitudes.Length || Amplitudes[bin] == 0)
        {
            return 0;
        }

        return Amplitudes[bin] / Floor[bin];
    }

    /// <summary>
    /// The highest bin within a distance of a frequency (at least the nearest bin), as a line; of amplitude 0 outside the spectrum.
    /// </summary>
    public SpectralLine LineNear(double frequencyHz, double withinHz)
    {
        int first = Math.Max(0, (int)Math.Round((frequencyHz - withinHz) / BinHz));
        int last = Math.Min(Amplitudes.Length - 1, (int)Math.Round((frequencyHz + withinHz) / BinHz));
        int best = -1;
        for (int bin = first; bin <= last; bin++)
        {
            best = best < 0 || Amplitudes[bin] > Amplitudes[best] ? bin : best;
        }

        return best < 0 ? new(frequencyHz, 0, 0) : LineAt(best);
    }

    /// <summary>The line whose highest bin is given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bin is not in the spectrum.</exception>
    public SpectralLine LineAt(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bin, Amplitudes.Length);
        double offset = 0;
        if (bin > 0 && bin < Amplitudes.Length - 1)
        {
            double below = Amplitudes[bin - 1];
            double above = Amplitudes[bin + 1];
            double curvature = below - (2.0 * Amplitudes[bin]) + above;
            offset = curvature < 0 ? Math.Clamp(0.5 * (below - above) / curvature, -0.5, 0.5) : 0;
        }

        return new((bin + offset) * BinHz, Amplitudes[bin], OverFloor(bin));
    }

    /// <summary>
    /// The strongest lines (bins higher than both neighbours) that stand out, by amplitude over floor, the strongest first.
    /// </summary>
    /// <param name="leastOverFloor">What counts as standing out: 4 is passed by noise about once in 65,000 bins.</param>
    /// <param name="lines">As many as there is room for.</param>
    /// <returns>How many were found, at most as many as fit.</returns>
    public int Peaks(float leastOverFloor, Span<SpectralLine> lines)
    {
        int count = 0;
        for (int bin = 1; bin < Amplitudes.Length - 1; bin++)
        {
            float over = OverFloor(bin);
            if (!(over >= leastOverFloor) || Amplitudes[bin] <= Amplitudes[bin - 1] || Amplitudes[bin] < Amplitudes[bin + 1])
            {
                continue;
            }

            int at = count;
            while (at > 0 && lines[at - 1].OverFloor < over)
            {
                at--;
            }

            if (at < lines.Length)
            {
                count = Math.Min(count + 1, lines.Length);
                lines[at..(count - 1)].CopyTo(lines[(at + 1)..]);
                lines[at] = LineAt(bin);
            }
        }

        return count;
    }
}
