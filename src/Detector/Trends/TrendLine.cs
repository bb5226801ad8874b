using System.Runtime.InteropServices;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Trends;

/// <summary>
/// A straight line through values over time that outliers do not bend: Sen's slope, the median of those of all pairs (P. K. Sen, JASA 63, 1968), and a lower bound of it by the
/// variance of Kendall's S with ties, widened for values with a memory (effective number of G. V. Bayley and J. M. Hammersley, JRSS Suppl. 8, 1946). A lower bound above 0 is the
/// Mann-Kendall test.
/// </summary>
/// <param name="Slope">Rise per unit of time.</param>
/// <param name="LowerSlope">It rises by at least that; −∞ where there are too few values to tell.</param>
/// <param name="Level">The line at the last value.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TrendLine(double Slope, double LowerSlope, double Level)
{
    /// <summary>Fewest values: below, the normal distribution does not describe Kendall's S.</summary>
    public const int LeastPoints = 10;

    /// <summary>Numbers of scratch for so many values.</summary>
    public static int ScratchLength(int points) => (points * (points - 1) / 2) + (3 * points);

    /// <summary>Fits values at ascending times.</summary>
    /// <param name="times">The times.</param>
    /// <param name="values">As many values, at least two.</param>
    /// <param name="confidence">One-sided confidence of the lower bound.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>.</param>
    public static TrendLine Fit(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double confidence, Span<double> scratch)
    {
        int n = times.Length;
        Span<double> slopes = scratch[..(n * (n - 1) / 2)];
        int pair = 0;
        for (int i = 1; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                slopes[pair++] = (values[i] - values[j]) / (times[i] - times[j]);
            }
        }

        double slope = Ranks.Median(slopes);
        Span<double> rest = scratch.Slice(slopes.Length, 3 * n);
        for (int i = 0; i < n; i++)
        {
            rest[i] = values[i] - (slope * (times[i] - times[^1]));
        }

        if (n < LeastPoints)
        {
            return new TrendLine(slope, double.NegativeInfinity, Ranks.Median(rest[..n]));
        }

        double half = NormalTail.Quantile(confidence) * Math.Sqrt(VarianceOfS(values, rest[(2 * n)..]) * Inflation(times, rest[..n], rest[n..]));
        int lower = (int)Math.Floor((slopes.Length - half) / 2) - 1;
        return new TrendLine(slope, lower < 0 ? double.NegativeInfinity : Ranks.Select(slopes, lower), Ranks.Median(rest[..n]));
    }

    private static double VarianceOfS(ReadOnlySpan<double> values, Span<double> sorted)
    {
        double n = values.Length, ties = 0;
        values.CopyTo(sorted);
        sorted.Sort();
        for (int i = 0, group = 1; i < sorted.Length; i++)
        {
            if (i + 1 < sorted.Length && sorted[i] == sorted[i + 1])
            {
                group++;
                continue;
            }

            ties += group * (group - 1.0) * ((2 * group) + 5);
            group = 1;
        }

        return ((n * (n - 1) * ((2 * n) + 5)) - ties) / 18;
    }

    /// <summary>
    /// By how much the variance of S grows with the memory of the values: (1 + r)/(1 − r), r their autocorrelation from one to the next, of the ranks of what the line leaves. A bend is no memory,
    /// for wear gathers pace: the ranks are taken about a parabola. Without the bias of so few values (M. G. Kendall, Biometrika 41, 1954, for a fitted curve); at least 1.
    /// </summary>
    private static double Inflation(ReadOnlySpan<double> times, ReadOnlySpan<double> detrended, Span<double> scratch)
    {
        const double MostMemory = 0.95, Parameters = 3;
        int n = detrended.Length;
        Span<double> ranks = scratch[..n];
        Ranks.Of(detrended, ranks, scratch.Slice(n, n));
        RemoveParabola(times, ranks, scratch.Slice(n, n));
        double power = 0, product = 0;
        for (int i = 0; i < n; i++)
        {
            power += ranks[i] * ranks[i];
            product += i == 0 ? 0 : ranks[i] * ranks[i - 1];
        }

        double memory = power > 0 ? Math.Clamp(((product / power * n) + Parameters) / (n - (2 * Parameters)), 0, MostMemory) : 0;
        return (1 + memory) / (1 - memory);
    }

    /// <summary>Takes mean, slope and bend out of values, by least squares over polynomials made orthogonal on the times.</summary>
    private static void RemoveParabola(ReadOnlySpan<double> times, Span<double> values, Span<double> basis)
    {
        int n = times.Length;
        double middle = 0;
        foreach (double time in times)
        {
            middle += time / n;
        }

        double squares = 0, cubes = 0;
        foreach (double time in times)
        {
            double off = time - middle;
            squares += off * off;
            cubes += off * off * off;
        }

        for (int degree = 0; degree <= 2; degree++)
        {
            double power = 0, product = 0;
            for (int i = 0; i < n; i++)
            {
                double off = times[i] - middle;
                basis[i] = degree switch { 0 => 1, 1 => off, _ => (off * off) - (squares / n) - (cubes / squares * off) };
                power += basis[i] * basis[i];
                product += basis[i] * values[i];
            }

            for (int i = 0; i < n; i++)
            {
                values[i] -= product / power * basis[i];
            }
        }
    }
}
