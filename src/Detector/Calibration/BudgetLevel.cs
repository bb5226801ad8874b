using System.Globalization;

namespace Thrum.Detector.Calibration;

/// <summary>The levels that keep a false-alarm budget, and how sure that is.</summary>
public sealed record BudgetLevel
{
    /// <summary>Confidence of the interval.</summary>
    public const double Confidence = 0.95;

    /// <summary>The budget.</summary>
    public required FalseAlarmBudget Budget { get; init; }

    /// <summary>Raise level.</summary>
    public required double Raise { get; init; }

    /// <summary>Clear level.</summary>
    public required double Clear { get; init; }

    /// <summary>Lower bound of the false alarms per hour of measurement at the raise level.</summary>
    public required double LowPerHour { get; init; }

    /// <summary>Upper bound of the false alarms per hour of measurement at the raise level.</summary>
    public required double HighPerHour { get; init; }

    /// <summary>Measured time that the calibration holds, in hours.</summary>
    public required double CalibrationHours { get; init; }

    /// <summary>Healthy windows counted on.</summary>
    public required int Windows { get; init; }

    /// <summary>Raises behind the fitted tail.</summary>
    public required int Peaks { get; init; }

    /// <summary>Shape of the fitted tail; 0 is exponential.</summary>
    public required double Shape { get; init; }

    /// <summary>How many times longer than the calibration the budget's time per alarm is; above 1 the level lies beyond what was seen.</summary>
    public double Extrapolation => 1 / (Budget.PerHour * CalibrationHours);

    /// <summary>True when the calibration is shorter than the time in which the budget allows one alarm: the level rests on the fitted tail.</summary>
    public bool IsBeyondSupport => Extrapolation > 1;

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Budget} ({100 * Confidence:G3} %: {Budget.InUnit(LowPerHour):G2} to {Budget.InUnit(HighPerHour):G2}), from {Windows} windows{(IsBeyondSupport ? $", extrapolated {Extrapolation:G2}-fold" : "")}");
}
