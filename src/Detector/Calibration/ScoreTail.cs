namespace Thrum.Detector.Calibration;

/// <summary>Generalised-Pareto tail of the scores themselves above a base: P(S &gt; s | S &gt; base) = (1 + ξ(s − base)/σ)^(−1/ξ).</summary>
/// <param name="Base">Where it begins.</param>
/// <param name="Shape">ξ.</param>
/// <param name="Scale">σ, positive.</param>
public sealed record ScoreTail(double Base, double Shape, double Scale)
{
    private const int LeastExcesses = 30;
    private const int MostExcesses = 2000;

    /// <summary>No fit looks at more of the greatest scores.</summary>
    internal const int MostNeeded = MostExcesses + 1;

    internal bool IsConsistent => double.IsFinite(Base) && double.IsFinite(Shape) && Scale > 0 && double.IsFinite(Scale);

    /// <summary>Fits the greatest twentieth, or less where that does not look like such a tail; null when nothing does.</summary>
    /// <param name="ascending">All scores, or at least the <see cref="MostNeeded"/> greatest.</param>
    /// <param name="windows">How many scores there are.</param>
    internal static ScoreTail? Fit(float[] ascending, long windows)
    {
        for (int count = (int)Math.Min(MostExcesses, windows / 20); count >= LeastExcesses; count = count * 2 / 3)
        {
            double from = ascending[^(count + 1)];
            double[] excesses = [.. ascending.Reverse().Take(count).Select(score => score - from)];
            if (excesses[0] > 0 && ParetoFit.Fit(excesses) is var fit && ParetoFit.IsPlausible(fit, excesses))
            {
                return new ScoreTail(from, fit.Shape, fit.Scale);
            }
        }

        return null;
    }

    /// <summary>ln P(S &gt; score | S &gt; base).</summary>
    internal double LogSurvival(double score) => new GeneralisedPareto(Shape, Scale).LogSurvival(score - Base);
}
