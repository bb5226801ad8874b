namespace Thrum.Detector.Calibration;

/// <summary>The upper tail of the standard normal distribution.</summary>
internal static class NormalTail
{
    private const double SeriesUpTo = 3;
    private const int Terms = 200;

    /// <summary>ln P(Z &gt; z): 1/2 − φ(z)(z + z³/3 + z⁵/15 + …) up to 3, Laplace's continued fraction for Mills' ratio beyond (Abramowitz and Stegun 26.2.11, 26.2.14).</summary>
    public static double Log(double z)
    {
        double logDensity = (-z * z / 2) - (0.5 * Math.Log(2 * Math.PI));
        if (z > SeriesUpTo)
        {
            double fraction = z;
            for (int i = Terms; i >= 1; i--)
            {
                fraction = z + (i / fraction);
            }

            return logDensity - Math.Log(fraction);
        }

        if (z < -SeriesUpTo)
        {
            return Math.Log(1 - Math.Exp(Log(-z)));
        }

        double sum = z, term = z;
        for (int i = 3; Math.Abs(term) > 1e-17; i += 2)
        {
            sum += term *= z * z / i;
        }

        return Math.Log(0.5 - (Math.Exp(logDensity) * sum));
    }

    /// <summary>z with P(Z ≤ z) = share, by bisection; 0 &lt; share &lt; 1.</summary>
    public static double Quantile(double share)
    {
        double low = -40, high = 40, target = Math.Log(1 - share);
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Log(middle) > target ? (middle, high) : (low, middle);
        }

        return low;
    }
}
