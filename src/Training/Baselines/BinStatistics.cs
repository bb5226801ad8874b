using Thrum.Training.Data;

namespace Thrum.Training.Baselines;

/// <summary>Mean and standard deviation of each bin over windows.</summary>
internal sealed record BinStatistics(double[] Means, double[] Deviations)
{
    // As for the scores without a model: a bin that moved less than 5 % in its time is not believed to be that still.
    private const double LeastDeviation = 0.05;

    public static BinStatistics Of(WindowSet windows)
    {
        double[] means = new double[windows.WindowSamples], deviations = new double[windows.WindowSamples];
        for (int bin = 0; bin < means.Length; bin++)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < windows.Count; i++)
            {
                sum += windows[i][bin];
            }

            double mean = sum / windows.Count;
            for (int i = 0; i < windows.Count; i++)
            {
                squares += (windows[i][bin] - mean) * (windows[i][bin] - mean);
            }

            means[bin] = (float)mean;
            deviations[bin] = (float)Math.Max(LeastDeviation, Math.Sqrt(squares / windows.Count));
        }

        return new BinStatistics(means, deviations);
    }

    public float[] Normalise(ReadOnlySpan<float> values)
    {
        float[] normalised = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int bin = i % Means.Length;
            normalised[i] = (values[i] - (float)Means[bin]) * (float)(1.0 / Deviations[bin]);
        }

        return normalised;
    }
}
