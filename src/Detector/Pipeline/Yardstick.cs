using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Pipeline;

/// <summary>What the scores of a model are judged by: its rules with their levels, and what healthy scores look like. One for each band of speed or load, where there are bands. Immutable.</summary>
internal sealed class Yardstick
{
    /// <param name="rules">The rules, with their levels.</param>
    /// <param name="calibration">Healthy distributions of the metrics; null without a calibration.</param>
    /// <param name="score">The metric that is the score; null without one.</param>
    public Yardstick(IReadOnlyList<AlarmRule> rules, CalibrationTable? calibration, string? score)
    {
        Rules = rules;
        Calibration = calibration;
        Healthy = score is null ? null : calibration?.Metrics.GetValueOrDefault(score);
        ScoreThreshold = ThresholdOf(rules);
        IsCalibrated = rules.Any(rule => !double.IsNaN(rule.RaiseLevel));
    }

    /// <summary>Stands for "no model".</summary>
    public static Yardstick None { get; } = new([], null, null);

    public IReadOnlyList<AlarmRule> Rules { get; }

    /// <summary>Healthy distributions of the metrics; null without a calibration.</summary>
    public CalibrationTable? Calibration { get; }

    /// <summary>Healthy distribution of the score; null without a calibration.</summary>
    public ScoreDistribution? Healthy { get; }

    /// <summary>The least level at which a rule on the score raises; NaN when there is none.</summary>
    public float ScoreThreshold { get; init; }

    /// <summary>True when at least one rule has levels.</summary>
    public bool IsCalibrated { get; }

    /// <summary>The same rules by another calibration of an axis; a rule that it has no levels for keeps its own.</summary>
    /// <param name="own">The calibration.</param>
    /// <param name="metrics">The metrics of a window.</param>
    public Yardstick By(AxisRecalibration own, IReadOnlyList<string> metrics)
    {
        CalibrationTable table = own.Table;
        AlarmRule[] rules = [.. Rules.Select(rule => own.Levels.FirstOrDefault(level => level.RuleId == rule.Id) is not { } level ? rule : rule with
        {
            RaiseLevel = level.Raise,
            ClearLevel = level.Clear,
            LevelOrigin = level.Origin,
            Budget = null,
            Combination = rule.MetricIndex < 0 ? MetricCombination.For(rule.Metric, metrics, table) ?? rule.Combination : null,
        })];
        return new Yardstick(rules, table, metrics[0])
        {
            // The score of a baseline has a threshold without a rule of its own.
            ScoreThreshold = own.Levels.Count > 0 ? ThresholdOf(rules) : ScoreThreshold,
        };
    }

    private static float ThresholdOf(IReadOnlyList<AlarmRule> rules)
    {
        double[] levels = [.. rules.Where(rule => rule.MetricIndex == 0 && !double.IsNaN(rule.RaiseLevel)).Select(rule => rule.RaiseLevel)];
        return levels.Length == 0 ? float.NaN : (float)levels.Min();
    }

    /// <summary>Gives alarms these levels; one whose rule is not among them stays as it is.</summary>
    public void PutInForce(AlarmTracker[] alarms)
    {
        foreach (AlarmTracker alarm in alarms)
        {
            foreach (AlarmRule rule in Rules)
            {
                if (rule.Id == alarm.RuleId)
                {
                    alarm.SetLevels(rule);
                }
            }
        }
    }
}
