namespace Thrum.Spectral.Measures;

/// <summary>
/// Time-domain measures of a stretch of signal. All but the mean are taken about the mean, so a sensor's offset does not
/// count. A NaN or infinite sample makes them NaN; a flat signal has all ratios NaN.
/// </summary>
/// <param name="Mean">Mean, in the unit of the samples.</param>
/// <param name="Rms">Root mean square about the mean, in the unit of the samples.</param>
/// <param name="Peak">Largest distance from the mean, in the unit of the samples.</param>
/// <param name="PeakToPeak">Largest less smallest sample.</param>
/// <param name="Crest">Peak over RMS.</param>
/// <param name="Kurtosis">Pearson's m₄/m₂² of population moments: 3 for a Gaussian, 1.5 for a sine.</param>
/// <param name="Skewness">m₃/m₂^(3/2) of population moments: 0 for anything symmetric.</param>
/// <param name="Shape">RMS over mean absolute value: 1.11 for a sine, 1.25 for a Gaussian.</param>
/// <param name="Impulse">Peak over mean absolute value: 1.57 for a sine.</param>
/// <param name="Clearance">Peak over the square of the mean root of the absolute value: 1.72 for a sine.</param>
public readonly record struct VibrationMeasures(
    double Mean,
    double Rms,
    double Peak,
    double PeakToPeak,
    double Crest,
    double Kurtosis,
    double Skewness,
    double Shape,
    double Impulse,
    double Clearance)
{
    /// <summary>Two passes in double.</summary>
    /// <param name="samples">At least one sample.</param>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static VibrationMeasures Of(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("at least one sample is needed", nameof(samples));
        }

        double sum = 0;
        float least = samples[0];
        float greatest = samples[0];
        foreach (float sample in samples)
        {
            sum += sample;
            least = MathF.Min(least, sample);
            greatest = MathF.Max(greatest, sample);
        }

        double mean = sum / samples.Length;
        if (!double.IsFinite(mean))
        {
            return new(
                double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        double peak = Math.Max(greatest - mean, mean - least);
        return FromMoments(samples, mean, peak, (double)greatest - least);
    }

    private static VibrationMeasures FromMoments(ReadOnlySpan<float> samples, double mean, double peak, double peakToPeak)
    {
        double second = 0;
        double third = 0;
        double fourth = 0;
        double absolute = 0;
        double roots = 0;
        foreach (float sample in samples)
        {
            double distance = sample - mean;
            double squared = distance * distance;
            second += squared;
            third += squared * distance;
            fourth += squared * squared;
            absolute += Math.Abs(distance);
            roots += Math.Sqrt(Math.Abs(distance));
        }

        double count = samples.Length;
        double variance = second / count;
        double rms = Math.Sqrt(variance);
        double meanRoot = roots / count;
        return new(
            mean,
            rms,
            peak,
            peakToPeak,
            Crest: peak / rms,
            Kurtosis: fourth / count / (variance * variance),
            Skewness: third / count / (variance * rms),
            Shape: rms * count / absolute,
            Impulse: peak * count / absolute,
            Clearance: peak / (meanRoot * meanRoot));
    }
}
