using System.Globalization;

namespace Thrum.Training.Data;

/// <summary>Normalisation to mean 0 and standard deviation 1: y = (x − mean) / standard deviation, computed in float32.</summary>
/// <param name="Mean">In the unit of the samples.</param>
/// <param name="StandardDeviation">In the unit of the samples; of the population (division by n), positive.</param>
public sealed record ZScoreNormaliser(float Mean, float StandardDeviation)
{
    /// <summary>Fits to samples, block by block. Those that are not finite are passed over.</summary>
    /// <param name="blocks">Gives them; asked twice.</param>
    /// <exception cref="ArgumentException">There is no finite sample, or all are equal.</exception>
    internal static ZScoreNormaliser Fit(Func<IEnumerable<ReadOnlyMemory<float>>> blocks)
    {
        long count = 0;
        double sum = 0;
        foreach (ReadOnlyMemory<float> block in blocks())
        {
            foreach (float value in block.Span)
            {
                if (float.IsFinite(value))
                {
                    count++;
                    sum += value;
                }
            }
        }

        // A second pass around the mean: the sum of squares alone cancels for a small vibration on a large offset.
        double mean = sum / count;
        double squares = 0;
        foreach (ReadOnlyMemory<float> block in blocks())
        {
            foreach (float value in block.Span)
            {
                squares += float.IsFinite(value) ? (value - mean) * (value - mean) : 0;
            }
        }

        float deviation = (float)Math.Sqrt(squares / count);
        return deviation > 0
            ? new ZScoreNormaliser((float)mean, deviation)
            : throw Unfit(count == 0 ? "there is no finite training sample" : string.Create(CultureInfo.InvariantCulture, $"all {count} finite training samples are {mean:G6}: there is nothing to normalise by"));

        // What the samples are, not which parameter brought them: people read it.
        static ArgumentException Unfit(string words) => new(words);
    }

    /// <summary>Fits to numbers that are no recording, such as features.</summary>
    /// <param name="trainingValues">Of the training part only.</param>
    /// <exception cref="ArgumentException">There is no finite number, or all are equal.</exception>
    public static ZScoreNormaliser Fit(ReadOnlyMemory<float> trainingValues) => Fit(() => [trainingValues]);

    /// <summary>Normalised copy.</summary>
    /// <param name="windows">In the unit of the samples.</param>
    public WindowSet Apply(WindowSet windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        float[] normalised = new float[windows.Values.Length];
        Apply(windows.Values, normalised);
        return new WindowSet(normalised, windows.WindowSamples);
    }

    /// <summary>Normalises into a caller's buffer, which may be the same one.</summary>
    /// <param name="samples">In their unit.</param>
    /// <param name="normalised">At least as long.</param>
    public void Apply(ReadOnlySpan<float> samples, Span<float> normalised)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            normalised[i] = (samples[i] - Mean) / StandardDeviation;
        }
    }
}
