using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Cli;

/// <summary>The levels of a rule as JSON reports show them; what a budget says is null without one.</summary>
/// <param name="Raise">Raise level; null without a calibration.</param>
/// <param name="Clear">Clear level.</param>
/// <param name="Origin">Where they come from.</param>
/// <param name="FalseAlarms">The budget.</param>
/// <param name="LowPerHour">Lower bound of false alarms per hour of measurement (95 %).</param>
/// <param name="HighPerHour">Upper bound.</param>
/// <param name="Extrapolation">How many times longer than the calibration the budget's time per alarm is.</param>
internal sealed record ThresholdView(
    double? Raise, double? Clear, string Origin, string? FalseAlarms, double? LowPerHour, double? HighPerHour, double? Extrapolation)
{
    public static ThresholdView Of(AlarmRule rule) => new(
        rule.RaiseLevel.FiniteOrNull(), rule.ClearLevel.FiniteOrNull(), rule.LevelOrigin,
        rule.Budget?.Budget.ToString(), rule.Budget?.LowPerHour.FiniteOrNull(), rule.Budget?.HighPerHour.FiniteOrNull(), rule.Budget?.Extrapolation.FiniteOrNull());
}
