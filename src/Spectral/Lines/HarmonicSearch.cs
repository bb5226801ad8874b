using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Lines;

/// <summary>
/// Looks for families of lines: harmonics of a frequency that is known up to a slip, and sidebands. Pure functions, safe from
/// any thread; nothing is allocated.
/// </summary>
public static class HarmonicSearch
{
    // One very strong line must not outweigh a whole family.
    private const float Cap = 10;

    /// <summary>
    /// The fundamental within ±slip of the expected frequency whose multiples stand highest over the floor (each counted up
    /// to tenfold), and its lines. Every multiple is taken at its nearest bin and both neighbours.
    /// </summary>
    /// <param name="spectrum">Where to look.</param>
    /// <param name="expectedHz">Expected fundamental, positive.</param>
    /// <param name="slip">Relative tolerance, 0 … 0.2: rolling bearings slip by 0.01 to 0.02.</param>
    /// <param name="leastOverFloor">From where on a line counts as matched.</param>
    /// <param name="lines">[harmonics]: receives the line at each multiple, also those that do not stand out.</param>
    /// <returns>The family; nothing is matched where the multiples are beyond the spectrum or the floor is NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static HarmonicFamily Find(
        LineSpectrum spectrum, double expectedHz, double slip, float leastOverFloor, Span<SpectralLine> lines)
    {
        Finite.ThrowIfNotPositive(expectedHz);
        Finite.ThrowIfNegative(slip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slip, 0.2);

        // The highest multiple moves by half a bin from one trial to the next.
        double step = 0.5 * spectrum.BinHz / Math.Max(1, lines.Length);
        int trials = (int)Math.Ceiling(slip * expectedHz / step);
        double best = expectedHz;
        double bestScore = -1;
        for (int i = -trials; i <= trials; i++)
        {
            double trial = expectedHz * (1 + (trials == 0 ? 0 : slip * i / trials));
            double score = Score(spectrum, trial, lines.Length);
            if (score > bestScore || (score == bestScore && Math.Abs(trial - expectedHz) < Math.Abs(best - expectedHz)))
            {
                (best, bestScore) = (trial, score);
            }
        }

        return Collect(spectrum, best, leastOverFloor, lines);
    }

    /// <summary>Sum of the lines at centre ± m·spacing, m = 1 … pairs, that stand out.</summary>
    /// <param name="spectrum">Where to look.</param>
    /// <param name="centreHz">The line they surround.</param>
    /// <param name="spacingHz">Their distance, positive and more than two bins to be told apart.</param>
    /// <param name="pairs">How many to each side.</param>
    /// <param name="leastOverFloor">From where on a line counts.</param>
    /// <returns>How many stand out, of 2·pairs, and the sum of their amplitudes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The spacing is not positive.</exception>
    public static (int Matched, double AmplitudeSum) Sidebands(
        LineSpectrum spectrum, double centreHz, double spacingHz, int pairs, float leastOverFloor)
    {
        Finite.ThrowIfNotPositive(spacingHz);
        int matched = 0;
        double sum = 0;
        for (int m = -pairs; m <= pairs; m++)
        {
            SpectralLine line = spectrum.LineNear(centreHz + (m * spacingHz), spectrum.BinHz);
            if (m != 0 && line.OverFloor >= leastOverFloor)
            {
                matched++;
                sum += line.Amplitude;
            }
        }

        return (matched, sum);
    }

    private static double Score(LineSpectrum spectrum, double fundamentalHz, int harmonics)
    {
        double score = 0;
        for (int h = 1; h <= harmonics; h++)
        {
            float over = spectrum.OverFloor((int)Math.Round(h * fundamentalHz / spectrum.BinHz));
            score += float.IsNaN(over) ? 0 : Math.Min(over, Cap);
        }

        return score;
    }

    private static HarmonicFamily Collect(LineSpectrum spectrum, double fundamentalHz, float leastOverFloor, Span<SpectralLine> lines)
    {
        int matched = 0;
        double sum = 0;
        double greatest = 0;
        for (int h = 1; h <= lines.Length; h++)
        {
            SpectralLine line = spectrum.LineNear(h * fundamentalHz, spectrum.BinHz);
            lines[h - 1] = line;
            if (line.OverFloor >= leastOverFloor)
            {
                matched++;
                sum += line.Amplitude;
                greatest = Math.Max(greatest, line.OverFloor);
            }
        }

        return new(fundamentalHz, matched, sum, lines.IsEmpty ? 0 : lines[0].OverFloor, greatest);
    }
}
