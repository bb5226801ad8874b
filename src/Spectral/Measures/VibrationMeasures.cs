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
    /// <summary>Those of <see cref="VibrationLevel.Of"/>, and a third pass in double.</summary>
    /// <param name="samples">At least one sample.</param>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static VibrationMeasures Of(ReadOnlySpan<float> samples)
    {
        var level = VibrationLevel.Of(samples);
        double third = 0;
        double absolute = 0;
        double roots = 0;
        foreach (float sample in samples)
        {
            double distance = sample - level.Mean;
            third += distance * distance * distance;
            absolute += Math.Abs(distance);
            roots += Math.Sqrt(Math.Abs(distance));
        }

        double count = samples.Length;
        double meanRoot = roots / count;
        return new(
            level.Mean,
            level.Rms,
            level.Peak,
            level.PeakToPeak,
            level.Crest,
            level.Kurtosis,
            Skewness: third / count / (level.Rms * level.Rms * level.Rms),
            Shape: level.Rms * count / absolute,
            Impulse: level.Peak * count / absolute,
            Clearance: level.Peak / (meanRoot * meanRoot));
    }
}
