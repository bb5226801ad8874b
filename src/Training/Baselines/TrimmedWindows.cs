using Thrum.Training.Data;

namespace Thrum.Training.Baselines;

/// <summary>
/// Training windows without outliers: a window's distance is its mean squared deviation from the bins' medians, in units of their interquartile ranges;
/// what lies above Q3 + 3·IQR of the distances (Tukey's far out, Exploratory Data Analysis, 1977) is dropped.
/// </summary>
/// <param name="Windows">The windows kept, in order.</param>
/// <param name="Dropped">How many were not.</param>
internal sealed record TrimmedWindows(WindowSet Windows, int Dropped)
{
    private const double FarOut = 3;

    // Below this an interquartile range, in the logarithm of an amplitude, is no scale to measure by.
    private const double LeastRange = 0.05;

    public static TrimmedWindows Of(float[] values, int length)
    {
        var all = new WindowSet(values, length);
        if (all.Count < 4)
        {
            return new TrimmedWindows(all, 0);
        }

        double[] distances = Distances(all);
        double[] ascending = [.. distances.Order()];
        double low = Quantile(ascending, 0.25), high = Quantile(ascending, 0.75);
        double fence = high + (FarOut * (high - low));
        var kept = new List<float>(values.Length);
        for (int i = 0; i < all.Count; i++)
        {
            if (distances[i] <= fence)
            {
                kept.AddRange(all[i]);
            }
        }

        return new TrimmedWindows(new WindowSet([.. kept], length), all.Count - (kept.Count / length));
    }

    private static double[] Distances(WindowSet windows)
    {
        double[] distances = new double[windows.Count];
        double[] column = new double[windows.Count];
        for (int bin = 0; bin < windows.WindowSamples; bin++)
        {
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = windows[i][bin];
            }

            Array.Sort(column);
            double centre = Quantile(column, 0.5), range = Math.Max(LeastRange, Quantile(column, 0.75) - Quantile(column, 0.25));
            for (int i = 0; i < distances.Length; i++)
            {
                double off = (windows[i][bin] - centre) / range;
                distances[i] += off * off;
            }
        }

        return distances;
    }

    private static double Quantile(double[] ascending, double share) => ascending[(int)Math.Round(share * (ascending.Length - 1))];
}
