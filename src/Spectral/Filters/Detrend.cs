using System.Numerics;

namespace Thrum.Spectral.Filters;

/// <summary>Removal of offset and drift from whole windows. Sums in double; pure functions, safe from any thread.</summary>
public static class Detrend
{
    /// <summary>
    /// Takes the trend off. NaN or infinity makes all of the output NaN; no samples give none; one sample gives 0 (the trend
    /// is the sample).
    /// </summary>
    /// <param name="trend">What to take off.</param>
    /// <param name="samples">[n].</param>
    /// <param name="output">At least [n]; may be the samples themselves, but not overlap them otherwise.</param>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The trend is not a known one.</exception>
    public static void Remove(Trend trend, ReadOnlySpan<float> samples, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, samples.Length);
        switch (trend)
        {
            case Trend.None:
                samples.CopyTo(output);
                break;
            case Trend.Mean:
                RemoveMean(samples, output, Mean(samples));
                break;
            case Trend.Line:
                RemoveLine(samples, output, Mean(samples), Slope(samples));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(trend), trend, "is not a known trend");
        }
    }

    private static double Mean(ReadOnlySpan<float> samples)
    {
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(samples[i..]), out Vector<double> xLow, out Vector<double> xHigh);
            low += xLow;
            high += xHigh;
        }

        double sum = Vector.Sum(low + high);
        for (; i < samples.Length; i++)
        {
            sum += samples[i];
        }

        return samples.IsEmpty ? 0 : sum / samples.Length;
    }

    private static void RemoveMean(ReadOnlySpan<float> samples, Span<float> output, double mean)
    {
        var means = new Vector<double>(mean);
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(samples[i..]), out Vector<double> low, out Vector<double> high);
            Vector.Narrow(low - means, high - means).CopyTo(output[i..]);
        }

        for (; i < samples.Length; i++)
        {
            output[i] = (float)(samples[i] - mean);
        }
    }

    /// <summary>Σ(i − c)·x / Σ(i − c)² with c the middle; the divisor is n(n² − 1)/12.</summary>
    private static double Slope(ReadOnlySpan<float> samples)
    {
        double middle = (samples.Length - 1) / 2.0;
        double sum = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            sum += (i - middle) * samples[i];
        }

        double n = samples.Length;
        return samples.Length < 2 ? 0 : sum * 12 / (n * ((n * n) - 1));
    }

    private static void RemoveLine(ReadOnlySpan<float> samples, Span<float> output, double mean, double slope)
    {
        double middle = (samples.Length - 1) / 2.0;
        for (int i = 0; i < samples.Length; i++)
        {
            output[i] = (float)(samples[i] - (mean + (slope * (i - middle))));
        }
    }
}
