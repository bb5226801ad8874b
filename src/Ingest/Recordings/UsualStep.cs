namespace Thrum.Ingest.Recordings;

/// <summary>What is usual from one row's time to the next, and so what is a gap.</summary>
/// <param name="PeriodSeconds">From one sample to the next.</param>
/// <param name="GreatestSeconds">What is longer is a gap.</param>
internal readonly record struct UsualStep(double PeriodSeconds, double GreatestSeconds)
{
    // Half a step more than usual: no whole sample fits in less.
    private const double MostOfUsual = 1.5;

    // A clock that is told in whole seconds or milliseconds skips one of them now and then although no sample is missing: where more than a hundredth of the steps do so, that is how it ticks.
    private const double MostOfUneven = 3;
    private const double UnevenShare = 0.01;

    /// <summary>The middle one of the steps; NaN where there is none.</summary>
    public static double Median(IEnumerable<double> steps) => steps.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : double.NaN;

    /// <summary>Null where time stands still, or the column is no clock: it often goes back, or fewer than half of its steps are alike.</summary>
    public static UsualStep? Of(IReadOnlyList<double> steps)
    {
        double median = Median(steps);
        if (!(median > 0))
        {
            return null;
        }

        double[] alike = [.. steps.Where(step => step > 0.5 * median && step <= MostOfUsual * median)];
        int uneven = steps.Count(step => step > MostOfUsual * median && step <= MostOfUneven * median), backwards = steps.Count(step => step < 0);
        if (2 * (alike.Length + uneven) < steps.Count || 10 * backwards > steps.Count)
        {
            return null;
        }

        return uneven > Math.Max(1, UnevenShare * steps.Count)
            ? new UsualStep(median, MostOfUneven * median)
            : new UsualStep(alike.Average(), MostOfUsual * median);
    }

    /// <summary>How many samples are missing in a step; 0 in a usual one. Behind a clock that was set back the time is not known: one then stands for them, so that a window ends there.</summary>
    public long MissingIn(double stepSeconds) => stepSeconds > GreatestSeconds ? (long)Math.Max(1, Math.Min(long.MaxValue / 2, Math.Round(stepSeconds / PeriodSeconds) - 1))
        : stepSeconds < -GreatestSeconds ? 1 : 0;
}
