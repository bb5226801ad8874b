namespace Thrum.Detector.Calibration;

/// <summary>
/// Fits <see cref="GeneralisedPareto"/> by penalised maximum likelihood (the idea of Coles and Dixon 1999). The prior of the shape is
/// Gaussian around 0 with a deviation of 0.2 above, which means little against hundreds of excesses and keeps a few dozen from giving absurd
/// tails, and of 0.05 below: a negative shape claims that scores cannot pass some bound, which is the dangerous side to err on.
/// The profile likelihood, which tells how sure a level is, has the same deviation of 0.2 on both sides.
/// </summary>
internal static class ParetoFit
{
    private const double PriorDeviation = 0.2, PriorDeviationBelow = 0.05;

    private const double LeastShape = -0.9, GreatestShape = 1.5;

    /// <summary>
    /// The 10 % points of A² by shape when the distribution was fitted to the excesses themselves, by simulation (a test repeats it).
    /// </summary>
    private static readonly (double Shape, double Distance)[] CriticalDistances = [(0, 0.85), (0.15, 0.79), (0.3, 0.78), (0.5, 0.88)];

    /// <summary>Fits excesses that are not all zero.</summary>
    public static GeneralisedPareto Fit(ReadOnlySpan<double> excesses)
    {
        // Profile over θ = ξ/σ (Grimshaw 1993): with θ fixed the best shape follows from one sum. t = θ · mean is free of units.
        (double mean, double greatest) = Moments(excesses);
        double[] grid = [.. Grid(mean / greatest)];
        int best = 0;
        double bestValue = double.NegativeInfinity;
        for (int i = 0; i < grid.Length; i++)
        {
            double value = Objective(grid[i], mean, excesses);
            (best, bestValue) = value > bestValue ? (i, value) : (best, bestValue);
        }

        double t = Maximise(grid[Math.Max(0, best - 1)], grid[Math.Min(grid.Length - 1, best + 1)], excesses, mean);
        return At(t / mean, mean, excesses);
    }

    /// <summary>
    /// The greatest penalised log-likelihood among the distributions of any shape in which <paramref name="excess"/> is exceeded with the
    /// probability e^<paramref name="logSurvival"/>.
    /// </summary>
    public static double ProfileLogLikelihood(double excess, double logSurvival, ReadOnlySpan<double> excesses)
    {
        const int steps = 45;
        double golden = (Math.Sqrt(5) - 1) / 2, low = LeastShape, high = GreatestShape;
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double atLeft = Value(left, excesses), atRight = Value(right, excesses);
        for (int i = 0; i < steps; i++)
        {
            // Too negative a shape puts excesses beyond the end, so a tie of impossibles lies left of the maximum.
            if (atLeft > atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = Value(left, excesses);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = Value(right, excesses);
            }
        }

        return Math.Max(atLeft, atRight);

        double Value(double shape, ReadOnlySpan<double> excesses)
        {
            double scale = excess / new GeneralisedPareto(shape, 1).Excess(logSurvival);
            return new GeneralisedPareto(shape, scale).LogLikelihood(excesses) - Penalty(shape, PriorDeviation);
        }
    }

    /// <summary>True when the excesses look as if they came from the fit (Anderson-Darling at the 10 % level).</summary>
    public static bool IsPlausible(GeneralisedPareto fit, ReadOnlySpan<double> descending) => fit.AndersonDarling(descending) <= CriticalDistance(fit.Shape);

    internal static double CriticalDistance(double shape)
    {
        int i = 0;
        while (i < CriticalDistances.Length - 2 && shape > CriticalDistances[i + 1].Shape)
        {
            i++;
        }

        ((double x0, double y0), (double x1, double y1)) = (CriticalDistances[i], CriticalDistances[i + 1]);
        return y0 + (Math.Clamp((shape - x0) / (x1 - x0), 0, 1) * (y1 - y0));
    }

    private static double Penalty(double shape, double deviation) => shape * shape / (2 * deviation * deviation);

    private static double DeviationOf(double shape) => shape < 0 ? PriorDeviationBelow : PriorDeviation;

    private static double Objective(double t, double mean, ReadOnlySpan<double> excesses)
    {
        GeneralisedPareto fit = At(t / mean, mean, excesses);
        return fit.LogLikelihood(excesses) - Penalty(fit.Shape, DeviationOf(fit.Shape));
    }

    private static (double Mean, double Greatest) Moments(ReadOnlySpan<double> excesses)
    {
        double sum = 0, greatest = 0;
        foreach (double excess in excesses)
        {
            sum += excess;
            greatest = Math.Max(greatest, excess);
        }

        return (sum / excesses.Length, greatest);
    }

    /// <summary>t from just above −mean/greatest, where the distribution ends at the greatest excess, over 0 to 30.</summary>
    private static IEnumerable<double> Grid(double meanOverGreatest) =>
        Enumerable.Range(0, 21).Select(i => -meanOverGreatest * (1 - Math.Pow(10, -3 + (0.15 * i)))).Append(0)
            .Concat(Enumerable.Range(0, 31).Select(i => Math.Pow(10, -3 + (0.15 * i)))).Order();

    private static double Maximise(double low, double high, ReadOnlySpan<double> excesses, double mean)
    {
        const int steps = 30;
        double golden = (Math.Sqrt(5) - 1) / 2;
        for (int i = 0; i < steps; i++)
        {
            double left = high - (golden * (high - low)), right = low + (golden * (high - low));
            if (Objective(left, mean, excesses) >= Objective(right, mean, excesses))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return (low + high) / 2;
    }

    /// <summary>The best distribution with ξ/σ = θ: its shape solves ξ³/s² + mξ = Σ ln(1 + θy), s being the prior's deviation.</summary>
    private static GeneralisedPareto At(double theta, double mean, ReadOnlySpan<double> excesses)
    {
        if (Math.Abs(theta * mean) < 1e-7)
        {
            return new GeneralisedPareto(0, mean);
        }

        double sum = 0;
        foreach (double excess in excesses)
        {
            sum += Math.Log(1 + (theta * excess));
        }

        double shape = sum / excesses.Length, deviation = DeviationOf(sum);
        for (int i = 0; i < 30; i++)
        {
            double cubic = shape / (deviation * deviation);
            shape -= ((shape * shape * cubic) + (excesses.Length * shape) - sum) / ((3 * shape * cubic) + excesses.Length);
        }

        return new GeneralisedPareto(shape, shape / theta);
    }
}
