namespace Thrum.Spectral.Filters;

/// <summary>
/// Linear-phase low-pass by the windowed-sinc method with a Kaiser window (J. F. Kaiser, "Nonrecursive digital filter design
/// using the I0-sinh window function", 1974). Frequencies are fractions of the sampling rate.
/// </summary>
internal static class KaiserLowPass
{
    /// <summary>Half the taps (the group delay) that reach an attenuation over a transition of the given width.</summary>
    public static int HalfLength(double attenuationDb, double transition) =>
        (int)Math.Ceiling((attenuationDb - 7.95) / (2.285 * 2 * Math.PI * transition) / 2);

    /// <summary>2·half + 1 symmetric taps that sum to 1, −6 dB at <paramref name="cutoff"/>.</summary>
    public static float[] Taps(int half, double cutoff, double attenuationDb)
    {
        double beta = 0.1102 * (attenuationDb - 8.7);
        double[] taps = new double[(2 * half) + 1];
        for (int i = 0; i <= half; i++)
        {
            double sinc = i == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * i) / (Math.PI * i);
            double place = (double)i / half;
            taps[half + i] = taps[half - i] = sinc * BesselI0(beta * Math.Sqrt(1 - (place * place)));
        }

        double gain = taps.Sum();
        return [.. taps.Select(tap => (float)(tap / gain))];
    }

    /// <summary>Modified Bessel function of the first kind and order 0, by its power series.</summary>
    internal static double BesselI0(double x)
    {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
