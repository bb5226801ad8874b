using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Http;

/// <summary>What the alarms of a model rest on, for the API; numbers that do not exist are null.</summary>
/// <param name="Match">Which axes: a pattern of <c>machine/sensor/axis</c>.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Calibrated">What it was calibrated on when not by its training; empty otherwise.</param>
/// <param name="Metrics">Healthy scores per metric; empty without a calibration.</param>
/// <param name="Levels">The levels of its rules.</param>
internal sealed record CalibrationView(
    string Match, string Model, string Revision, string Calibrated, IReadOnlyList<HealthyView> Metrics, IReadOnlyList<LevelView> Levels)
{
    public static CalibrationView Of(ModelAssignment assignment)
    {
        ModelMetadata metadata = assignment.Model.Metadata;
        return new CalibrationView(
            assignment.Match, assignment.Model.Description.Name, assignment.Model.Description.Revision, metadata.Calibrated,
            [.. (metadata.Calibration?.Metrics ?? new Dictionary<string, ScoreDistribution>()).Select(metric => HealthyView.Of(metric.Key, metric.Value))],
            [.. assignment.Rules.Select(LevelView.Of)]);
    }
}

/// <summary>The healthy scores of a metric.</summary>
internal sealed record HealthyView(string Metric, int Windows, double? Median, double? Maximum, double? SixSigma)
{
    public static HealthyView Of(string metric, ScoreDistribution healthy) =>
        new(metric, healthy.Windows, healthy.Median.FiniteOrNull(), healthy.Quantiles[^1].FiniteOrNull(), healthy.SigmaLevel(6).FiniteOrNull());
}

/// <summary>The levels of a rule.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Metric">The metric it looks at.</param>
/// <param name="Raise">Level that raises.</param>
/// <param name="Clear">Level below which it clears.</param>
/// <param name="Origin">Where they come from, in words.</param>
/// <param name="Budget">The false-alarm budget; null where the level comes from none.</param>
/// <param name="FalseAlarmsPerHourLow">Lower bound of false alarms per hour of measurement (95 %).</param>
/// <param name="FalseAlarmsPerHourHigh">Upper bound.</param>
/// <param name="Extrapolation">How many times longer than the calibration the budget's time per alarm is.</param>
internal sealed record LevelView(
    string Rule, string Metric, double? Raise, double? Clear, string Origin, string? Budget, double? FalseAlarmsPerHourLow, double? FalseAlarmsPerHourHigh, double? Extrapolation)
{
    public static LevelView Of(AlarmRule rule) => new(
        rule.Id, rule.Metric, rule.RaiseLevel.FiniteOrNull(), rule.ClearLevel.FiniteOrNull(), rule.LevelOrigin, rule.Budget?.Budget.ToString(),
        rule.Budget?.LowPerHour.FiniteOrNull(), rule.Budget?.HighPerHour.FiniteOrNull(), rule.Budget?.Extrapolation.FiniteOrNull());
}
