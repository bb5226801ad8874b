namespace Thrum.Training.Studies;

/// <summary>Sample quantiles.</summary>
internal static class Quantiles
{
    /// <summary>Between the two nearest order statistics in proportion, as pandas and NumPy do by default.</summary>
    public static double Linear(ReadOnlySpan<double> values, double share)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
