namespace Thrum.Detector.Calibration;

/// <summary>
/// How often a rule would be raised at high levels: a generalised-Pareto tail over the levels that healthy scores would have raised
/// (peaks over threshold). Immutable.
/// </summary>
internal sealed class PeakTail
{
    /// <summary>Fewer raises than this tell nothing of a tail.</summary>
    public const int LeastPeaks = 20;

    private const int MostPeaks = 2000;
    private const int Stretches = 32;
    private const double LeastLogSurvival = -60;

    /// <summary>Beyond the highest tenth the tail has not begun; the test of the fit decides below that.</summary>
    private const double GreatestShare = 0.2;

    private readonly double[] _excesses;
    private readonly double _base;
    private readonly double _windows;
    private readonly double _dispersion;
    private readonly GeneralisedPareto _fit;

    private PeakTail(double[] excesses, double baseLevel, double windows, double dispersion, GeneralisedPareto fit)
    {
        _excesses = excesses;
        _base = baseLevel;
        _windows = windows;
        _dispersion = dispersion;
        _fit = fit;
    }

    /// <summary>Raises behind the fit.</summary>
    public int Peaks => _excesses.Length;

    public double Shape => _fit.Shape;

    /// <summary>Raises per window at the level where the tail begins.</summary>
    public double GreatestRate => Peaks / _windows;

    /// <summary>The tail that takes in the most raises and passes the test of fit; null when there are too few raises or none passes.</summary>
    public static PeakTail? Fit(StatisticRun run)
    {
        double[] levels = run.RaiseLevels(run.LevelReachedIn(GreatestShare));
        int peaks = Math.Min(levels.Length - 1, Math.Min(MostPeaks, Math.Max(50, run.Windows / 50)));
        for (; peaks >= LeastPeaks; peaks = peaks * 2 / 3)
        {
            double baseLevel = levels[peaks];
            double[] excesses = [.. levels.Take(peaks).Select(level => level - baseLevel)];
            if (excesses[0] > 0 && ParetoFit.Fit(excesses) is var fit && ParetoFit.IsPlausible(fit, excesses))
            {
                return new PeakTail(excesses, baseLevel, run.Windows, Dispersion(run.RaisesPerStretch(baseLevel, Stretches)), fit);
            }
        }

        return null;
    }

    /// <summary>The level that raises so often; the rate must not exceed <see cref="GreatestRate"/>.</summary>
    public double Level(double raisesPerWindow) => _base + _fit.Excess(Math.Log(raisesPerWindow / GreatestRate));

    /// <summary>
    /// The bounds of the raises per window at a level: where the profile likelihood ratio reaches its χ² point (Coles 2001, section
    /// 2.6.6), widened by the overdispersion of the raises and by the Poisson error of their number.
    /// </summary>
    /// <param name="level">At or above where the tail begins.</param>
    /// <param name="normalPoint">1.96 for 95 %.</param>
    public (double Low, double High) Interval(double level, double normalPoint)
    {
        double excess = level - _base, allowed = normalPoint * normalPoint * _dispersion / 2;
        double count = normalPoint * Math.Sqrt(_dispersion / Peaks);
        double best = MostLikely(excess), top = Likelihood(best);
        double low = Distance(-1), high = Distance(1);
        return (GreatestRate * Math.Exp(best - Math.Sqrt((low * low) + (count * count))), GreatestRate * Math.Exp(best + Math.Sqrt((high * high) + (count * count))));

        double Likelihood(double logSurvival) => ParetoFit.ProfileLogLikelihood(excess, logSurvival, _excesses);

        double Distance(int direction)
        {
            double inside = 0, outside = direction > 0 ? -best * (1 - 1e-9) : best - LeastLogSurvival;
            for (int i = 0; i < 40; i++)
            {
                double middle = (inside + outside) / 2;
                (inside, outside) = top - Likelihood(best + (direction * middle)) <= allowed ? (middle, outside) : (inside, middle);
            }

            return inside;
        }
    }

    /// <summary>The logarithm of the probability to exceed it that is most likely when every shape is admitted.</summary>
    private double MostLikely(double excess)
    {
        double low = LeastLogSurvival, high = -1e-6;
        for (int i = 0; i < 60; i++)
        {
            double left = low + ((high - low) / 3), right = high - ((high - low) / 3);
            (low, high) = ParetoFit.ProfileLogLikelihood(excess, left, _excesses) < ParetoFit.ProfileLogLikelihood(excess, right, _excesses) ? (left, high) : (low, right);
        }

        return (low + high) / 2;
    }

    /// <summary>Variance over mean of the counts, at least 1: raises that come in groups say less than their number.</summary>
    private static double Dispersion(int[] counts)
    {
        double mean = counts.Average();
        return mean > 0 ? Math.Max(1, counts.Sum(count => (count - mean) * (count - mean)) / (counts.Length - 1) / mean) : 1;
    }
}
