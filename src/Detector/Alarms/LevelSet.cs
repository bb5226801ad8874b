using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using static System.FormattableString;

namespace Thrum.Detector.Alarms;

/// <summary>The levels of a rule for one model and where they come from.</summary>
/// <param name="Raise">Raise level; NaN when the model has no calibration to set it.</param>
/// <param name="Clear">Clear level.</param>
/// <param name="Origin">One line for people.</param>
/// <param name="Budget">The budget behind them, if it is one.</param>
internal sealed record LevelSet(double Raise, double Clear, string Origin, BudgetLevel? Budget = null)
{
    public static LevelSet Of(AlarmRuleOptions options, ModelMetadata model, string metric)
    {
        if (options.Threshold == ThresholdKind.Fixed)
        {
            return new LevelSet(options.Raise!.Value, options.Clear ?? options.Raise.Value, "fixed");
        }

        if (model.Calibration?.Metrics.GetValueOrDefault(metric) is not { } healthy)
        {
            return new LevelSet(double.NaN, double.NaN, "none: the model has no calibration of this metric");
        }

        return Of(options, model, [metric], scores => (scores.Metrics[metric], healthy.Median), healthy.SigmaLevel);
    }

    /// <summary>The levels of a combination, which is counted as a whole: so the budget holds for it however its metrics depend on each other.</summary>
    /// <param name="options">The rule.</param>
    /// <param name="model">The model.</param>
    /// <param name="combination">The combination; null when a metric has no calibration.</param>
    public static LevelSet Of(AlarmRuleOptions options, ModelMetadata model, MetricCombination? combination)
    {
        if (combination is null)
        {
            return new LevelSet(double.NaN, double.NaN, "none: the model has no calibration of all of its metrics");
        }

        if (options.Threshold == ThresholdKind.Fixed)
        {
            return new LevelSet(options.Raise!.Value, options.Clear ?? options.Raise.Value, "fixed");
        }

        return Of(options, model, combination.Spec.Metrics, Counted, MetricCombination.SigmaLevel);

        (HealthySequence, double) Counted(HealthyScores scores)
        {
            HealthySequence sequence = combination.Combine(scores);
            return (sequence, sequence.Median);
        }
    }

    private static LevelSet Of(
        AlarmRuleOptions options, ModelMetadata model, IReadOnlyList<string> metrics, Func<HealthyScores, (HealthySequence Sequence, double Centre)> counted, Func<double, double> sigmaLevel)
    {
        string reason = "";
        if (options.Threshold == ThresholdKind.Budget && FindBudget(options, model, metrics, counted, out reason) is { } budget)
        {
            return new LevelSet(budget.Raise, budget.Clear, budget.ToString(), budget);
        }

        string sigma = Invariant($"{options.RaiseSigma:G4} sigma");
        return new LevelSet(sigmaLevel(options.RaiseSigma), sigmaLevel(options.ClearSigma), reason.Length == 0 ? sigma : $"{sigma} in place of a budget: {reason}");
    }

    private static BudgetLevel? FindBudget(
        AlarmRuleOptions options, ModelMetadata model, IReadOnlyList<string> metrics, Func<HealthyScores, (HealthySequence Sequence, double Centre)> counted, out string reason)
    {
        if (model.HealthyScores is not { } scores || !metrics.All(scores.Metrics.ContainsKey))
        {
            reason = "the model file holds no sequence of healthy scores";
            return null;
        }

        if (scores.HopSamples != model.HopSamples)
        {
            reason = $"the model was calibrated at a hop of {scores.HopSamples} samples and runs at {model.HopSamples}";
            return null;
        }

        (HealthySequence sequence, double centre) = counted(scores);
        double windowsPerHour = 3600 * model.SampleRateHz / model.HopSamples;
        var shape = new AlarmShape(options.RaiseCount, options.OfWindows, HoldWindows(options.MinDuration, windowsPerHour), centre, options.ClearFraction);
        return BudgetCalibration.Find(sequence, shape, FalseAlarmBudget.Parse(options.FalseAlarms), windowsPerHour, out reason);
    }

    // A duration between windows is reached at the window after it.
    private static int HoldWindows(TimeSpan duration, double windowsPerHour) => 1 + (int)Math.Min(1e9, Math.Ceiling((duration.TotalHours * windowsPerHour) - 1e-6));
}
