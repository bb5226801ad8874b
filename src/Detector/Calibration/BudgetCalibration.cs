using System.Globalization;

namespace Thrum.Detector.Calibration;

/// <summary>Finds the levels that keep a false-alarm budget.</summary>
internal static class BudgetCalibration
{
    private const double NormalPoint = 1.959964;

    /// <summary>A tail drawn out further than this says nothing: its interval spans dozens of decades.</summary>
    private const double GreatestExtrapolation = 1e4;

    /// <summary>The levels, or null and why there are none.</summary>
    /// <param name="healthy">The metric's healthy scores at the hop at which the model runs.</param>
    /// <param name="shape">The rule.</param>
    /// <param name="budget">The budget.</param>
    /// <param name="windowsPerHour">Windows of one axis in an hour of measurement.</param>
    /// <param name="fault">Why there are no levels; empty when there are.</param>
    public static BudgetLevel? Find(HealthySequence healthy, AlarmShape shape, FalseAlarmBudget budget, double windowsPerHour, out string fault)
    {
        double rate = budget.PerHour / windowsPerHour, extrapolation = 1 / (rate * healthy.Windows);
        if (extrapolation > GreatestExtrapolation)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"{healthy.Windows} healthy windows for {budget} would be extrapolated {extrapolation:G2}-fold, more than {GreatestExtrapolation:G2}-fold");
            return null;
        }

        var run = new StatisticRun(healthy, shape);
        PeakTail? tail = PeakTail.Fit(run);
        if (tail is null)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"{healthy.Windows} healthy windows make too few raises for a tail (at least {PeakTail.LeastPeaks}), or no tail fits them");
            return null;
        }

        if (rate > tail.GreatestRate)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"a budget of {budget} is more than the {tail.GreatestRate * windowsPerHour:G3} an hour at which the tail of the healthy scores begins");
            return null;
        }

        fault = "";
        double raise = tail.Level(rate);
        (double low, double high) = tail.Interval(raise, NormalPoint);
        return new BudgetLevel
        {
            Budget = budget,
            Raise = raise,
            Clear = shape.ClearLevel(raise),
            LowPerHour = low * windowsPerHour,
            HighPerHour = high * windowsPerHour,
            CalibrationHours = healthy.Windows / windowsPerHour,
            Windows = healthy.Windows,
            Peaks = tail.Peaks,
            Shape = tail.Shape,
        };
    }
}
