namespace Thrum.Training.Evaluation;

/// <summary>
/// Wilson's score interval (Journal of the American Statistical Association 22, 1927) at 95 %, which is right for few trials and has a width at shares of 0 and 1 too (Brown, Cai and DasGupta, Statistical
/// Science 16, 2001).
/// </summary>
internal static class Wilson
{
    private const double Z = 1.959964;

    /// <summary>The interval of a share of independent trials; without any, of which nothing is known, all from 0 to 1.</summary>
    public static ConfidenceInterval Of(int found, int of) => of == 0 ? new ConfidenceInterval(0, 0, 1) : Of((double)found / of, of);

    /// <summary>The same of a share that was found some other way.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="trials">How many independent trials it is worth; need not be whole.</param>
    public static ConfidenceInterval Of(double share, double trials)
    {
        double weight = Z * Z / trials, half = Z * Math.Sqrt((share * (1 - share) / trials) + (weight / (4 * trials)));
        return new ConfidenceInterval(share, Math.Max(0, (share + (weight / 2) - half) / (1 + weight)), Math.Min(1, (share + (weight / 2) + half) / (1 + weight)));
    }
}
