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

        string reason = "";
        if (options.Threshold == ThresholdKind.Budget && FindBudget(options, model, metric, healthy, out reason) is { } budget)
        {
            return new LevelSet(budget.Raise, budget.Clear, budget.ToString(), budget);
        }

        string sigma = Invariant($"{options.RaiseSigma:G4} sigma");
        return new LevelSet(
            healthy.SigmaLevel(options.RaiseSigma), healthy.SigmaLevel(options.ClearSigma), reason.Length == 0 ? sigma : $"{sigma} in place of a budget: {reason}");
    }

    private static BudgetLevel? FindBudget(AlarmRuleOptions options, ModelMetadata model, string metric, ScoreDistribution healthy, out string reason)
    {
        if (model.HealthyScores is not { } scores || !scores.Metrics.TryGetValue(metric, out HealthySequence? sequence))
        {
            reason = "the model file holds no sequence of healthy scores";
            return null;
        }

        if (scores.HopSamples != model.HopSamples)
        {
            reason = $"the model was calibrated at a hop of {scores.HopSamples} samples and runs at {model.HopSamples}";
            return null;
        }

        double windowsPerHour = 3600 * model.SampleRateHz / model.HopSamples;
        var shape = new AlarmShape(options.RaiseCount, options.OfWindows, HoldWindows(options.MinDuration, windowsPerHour), healthy.Median, options.ClearFraction);
        return BudgetCalibration.Find(sequence, shape, FalseAlarmBudget.Parse(options.FalseAlarms), windowsPerHour, out reason);
    }

    // A duration between windows is reached at the window after it.
    private static int HoldWindows(TimeSpan duration, double windowsPerHour) => 1 + (int)Math.Min(1e9, Math.Ceiling((duration.TotalHours * windowsPerHour) - 1e-6));
}
