using System.Numerics;

namespace Thrum.Spectral.Measures;

/// <summary>
/// The measures of a stretch of signal that are taken of every stretch. All but the mean are taken about the mean, so a sensor's
/// offset does not count. A NaN or infinite sample makes them NaN; a flat signal has both ratios NaN.
/// </summary>
/// <param name="Mean">Mean, in the unit of the samples.</param>
/// <param name="Rms">Root mean square about the mean, in the unit of the samples.</param>
/// <param name="Peak">Largest distance from the mean, in the unit of the samples.</param>
/// <param name="PeakToPeak">Largest less smallest sample.</param>
/// <param name="Crest">Peak over RMS.</param>
/// <param name="Kurtosis">Pearson's m₄/m₂² of population moments: 3 for a Gaussian, 1.5 for a sine.</param>
public readonly record struct VibrationLevel(double Mean, double Rms, double Peak, double PeakToPeak, double Crest, double Kurtosis)
{
    /// <summary>
    /// Two passes in double. The sums are lane by lane: their last digits depend on the processor's vector width, never on where the
    /// samples lie in memory.
    /// </summary>
    /// <param name="samples">At least one sample.</param>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static VibrationLevel Of(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("at least one sample is needed", nameof(samples));
        }

        (double sum, float least, float greatest) = Range(samples);
        double mean = sum / samples.Length;
        if (!double.IsFinite(mean))
        {
            return new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        (double second, double fourth) = EvenMoments(samples, mean);
        double variance = second / samples.Length;
        double rms = Math.Sqrt(variance);
        double peak = Math.Max(greatest - mean, mean - least);
        return new(mean, rms, peak, (double)greatest - least, peak / rms, fourth / samples.Length / (variance * variance));
    }

    /// <summary>Σx, and the least and greatest x; where x is not finite, nor is the sum, and the others mean nothing.</summary>
    private static (double Sum, float Least, float Greatest) Range(ReadOnlySpan<float> samples)
    {
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        Vector<float> leasts = new(samples[0]), greatests = new(samples[0]);
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(samples[i..]);
            leasts = Vector.MinNative(leasts, x);
            greatests = Vector.MaxNative(greatests, x);
            Vector.Widen(x, out Vector<double> xLow, out Vector<double> xHigh);
            low += xLow;
            high += xHigh;
        }

        double sum = Vector.Sum(low + high);
        float least = samples[0], greatest = samples[0];
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            least = MathF.Min(least, leasts[lane]);
            greatest = MathF.Max(greatest, greatests[lane]);
        }

        for (; i < samples.Length; i++)
        {
            sum += samples[i];
            least = MathF.Min(least, samples[i]);
            greatest = MathF.Max(greatest, samples[i]);
        }

        return (sum, least, greatest);
    }

    /// <summary>Σd² and Σd⁴ with d = x − mean.</summary>
    private static (double Second, double Fourth) EvenMoments(ReadOnlySpan<float> samples, double mean)
    {
        var means = new Vector<double>(mean);
        Vector<double> secondLow = Vector<double>.Zero, secondHigh = Vector<double>.Zero;
        Vector<double> fourthLow = Vector<double>.Zero, fourthHigh = Vector<double>.Zero;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(samples[i..]), out Vector<double> low, out Vector<double> high);
            low -= means;
            high -= means;
            low *= low;
            high *= high;
            secondLow += low;
            secondHigh += high;
            fourthLow += low * low;
            fourthHigh += high * high;
        }

        double second = Vector.Sum(secondLow + secondHigh), fourth = Vector.Sum(fourthLow + fourthHigh);
        for (; i < samples.Length; i++)
        {
            double squared = (samples[i] - mean) * (samples[i] - mean);
            second += squared;
            fourth += squared * squared;
        }

        return (second, fourth);
    }
}
