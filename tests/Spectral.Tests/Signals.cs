namespace Thrum.Spectral.Tests;

/// <summary>Signals and slow, obvious references for the tests.</summary>
internal static class Signals
{
    public static float[] Noise(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    public static float[] Sine(int length, double cycles, double amplitude = 1, double phase = 0) =>
        [.. Enumerable.Range(0, length).Select(i => (float)(amplitude * Math.Sin((2 * Math.PI * cycles * i / length) + phase)))];

    /// <summary>X[k] = Σ x[i]·e^(−2πi·ik/n) by definition, in double.</summary>
    public static (double Re, double Im) Dft(ReadOnlySpan<float> samples, int bin)
    {
        double re = 0;
        double im = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double angle = 2 * Math.PI * ((double)((long)i * bin % samples.Length) / samples.Length);
            re += samples[i] * Math.Cos(angle);
            im -= samples[i] * Math.Sin(angle);
        }

        return (re, im);
    }

    public static double Amplitude(ReadOnlySpan<float> samples, int bin)
    {
        (double re, double im) = Dft(samples, bin);
        bool alone = bin == 0 || 2 * bin == samples.Length;
        return Math.Sqrt((re * re) + (im * im)) * (alone ? 1 : 2) / samples.Length;
    }

    public static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(v => (double)v * v));
}
