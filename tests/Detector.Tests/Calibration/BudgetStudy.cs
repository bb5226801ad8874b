using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Tests.Calibration;

/// <summary>
/// Measures whether a false-alarm budget is kept: calibrates on healthy scores, lets the alarm run over fresh ones of the same
/// kind and counts, many times over.
/// </summary>
internal static class BudgetStudy
{
    /// <summary>Budget: one alarm in so many windows.</summary>
    public const int WindowsPerAlarm = 100_000;

    public static IReadOnlyDictionary<string, Func<Random, Func<double>>> Kinds { get; } = new Dictionary<string, Func<Random, Func<double>>>
    {
        ["exponential"] = random => () => -Math.Log(1 - random.NextDouble()),
        ["Gaussian squared"] = random => () => Math.Pow(Normal(random), 2),
        ["lognormal"] = random => () => Math.Exp(0.5 * Normal(random)),
        ["autocorrelated"] = random => Autocorrelated(random, 10),
    };

    /// <summary>Kinds that the method was not tuned on: written down before any of them was run.</summary>
    public static IReadOnlyDictionary<string, Func<Random, Func<double>>> OtherKinds { get; } = new Dictionary<string, Func<Random, Func<double>>>
    {
        ["mean of 16 squares"] = random => () => Enumerable.Range(0, 16).Sum(_ => Math.Pow(Normal(random), 2)) / 16,
        ["Weibull, shape 0.7"] = random => () => Math.Pow(-Math.Log(1 - random.NextDouble()), 1 / 0.7),
        ["lognormal, sigma 0.25"] = random => () => Math.Exp(0.25 * Normal(random)),
        ["lognormal, sigma 1"] = random => () => Math.Exp(Normal(random)),
        ["autocorrelated over 3"] = random => Autocorrelated(random, 3),
        ["autocorrelated over 30"] = random => Autocorrelated(random, 30),
    };

    /// <summary>One draw after another: the ratio of the achieved rate to the budget, and whether the interval holds the achieved rate.</summary>
    public static StudyRow Run(string kind, int count, int of, int calibrationWindows, int draws, int expectedAlarms, int seed)
    {
        double[] ratios = new double[draws];
        int covered = 0, fallbacks = 0;
        double[] upper = new double[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            Func<double> next = (Kinds.GetValueOrDefault(kind) ?? OtherKinds[kind])(new Random((seed * 100_003) + draw));
            float[] healthy = [.. Enumerable.Range(0, calibrationWindows).Select(_ => (float)next())];
            var distribution = ScoreDistribution.FromScores(healthy);
            var shape = new AlarmShape(count, of, 1, distribution.Median, 0.7);
            var budget = FalseAlarmBudget.Parse("1/hour");
            BudgetLevel? level = BudgetCalibration.Find(HealthySequence.FromScores(healthy, [healthy.Length]), shape, budget, WindowsPerAlarm, out _);
            if (level is null)
            {
                fallbacks++;
                ratios[draw] = double.NaN;
                continue;
            }

            ratios[draw] = Achieved(level, shape, next, (long)expectedAlarms * WindowsPerAlarm);
            covered += ratios[draw] >= level.LowPerHour && ratios[draw] <= level.HighPerHour ? 1 : 0;
            upper[draw] = level.HighPerHour;
        }

        double[] sorted = [.. ratios.Where(double.IsFinite).Order()];
        return new StudyRow(Quantile(sorted, 0.5), Quantile(sorted, 0.05), Quantile(sorted, 0.95), covered / (double)Math.Max(1, sorted.Length), Quantile([.. upper.Order()], 0.5), fallbacks);
    }

    private static double Quantile(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];

    /// <summary>Raises over a stream, in units of the budget.</summary>
    private static double Achieved(BudgetLevel level, AlarmShape shape, Func<double> next, long windows)
    {
        var rule = new AlarmRule
        {
            Id = "score",
            Severity = AlarmSeverity.Alarm,
            MetricIndex = 0,
            Metric = "mse",
            RaiseCount = shape.RaiseCount,
            OfWindows = shape.OfWindows,
            RaiseLevel = level.Raise,
            ClearLevel = level.Clear,
        };
        var tracker = new AlarmTracker(new AxisId("m", "s", "a"), rule);
        Span<float> metrics = stackalloc float[1];
        int raises = 0;
        for (long i = 0; i < windows; i++)
        {
            metrics[0] = (float)next();
            raises += tracker.Next(metrics, i) is { } transition && transition.To.IsActive() ? 1 : 0;
        }

        return raises / (windows / (double)WindowsPerAlarm);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>exp of half a Gaussian AR(1) sequence with a memory of so many windows.</summary>
    private static Func<double> Autocorrelated(Random random, double windows)
    {
        double memory = Math.Exp(-1 / windows), state = Normal(random);
        return () =>
        {
            state = (memory * state) + (Math.Sqrt(1 - (memory * memory)) * Normal(random));
            return Math.Exp(0.5 * state);
        };
    }
}

/// <summary>Achieved false alarms over many draws, in units of the budget.</summary>
internal sealed record StudyRow(double Median, double Low, double High, double Coverage, double UpperBound, int Fallbacks);
