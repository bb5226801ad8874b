namespace Thrum.Spectral.Measures;

/// <summary>
/// Time-domain measures of a stretch of signal. All but the mean are taken about the mean, so a sensor's offset does not
/// count. A NaN or infinite sample makes them NaN; a flat signal has crest and kurtosis NaN.
/// </summary>
/// <param name="Mean">Mean, in the unit of the samples.</param>
/// <param name="Rms">Root mean square about the mean, in the unit of the samples.</param>
/// <param name="Peak">Largest distance from the mean, in the unit of the samples.</param>
/// <param name="PeakToPeak">Largest less smallest sample.</param>
/// <param name="Crest">Peak over RMS.</param>
/// <param name="Kurtosis">Pearson's m₄/m₂² of population moments: 3 for a Gaussian, 1.5 for a sine.</param>
public readonly record struct VibrationMeasures(
    double Mean, double Rms, double Peak, double PeakToPeak, double Crest, double Kurtosis)
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
            return new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        double second = 0;
        double fourth = 0;
        foreach (float sample in samples)
        {
            double squared = (sample - mean) * (sample - mean);
            second += squared;
            fourth += squared * squared;
        }

        double variance = second / samples.Length;
        double rms = Math.Sqrt(variance);
        double peak = Math.Max(greatest - mean, mean - least);
        return new(mean, rms, peak, (double)greatest - least, peak / rms, fourth / samples.Length / (variance * variance));
    }
}
