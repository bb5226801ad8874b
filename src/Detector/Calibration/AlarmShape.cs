namespace Thrum.Detector.Calibration;

/// <summary>What of a rule decides how often healthy scores raise it, beside the level: the same for calibration and alarm.</summary>
/// <param name="RaiseCount">k of "k of the last n windows".</param>
/// <param name="OfWindows">n of "k of the last n windows".</param>
/// <param name="HoldWindows">Consecutive windows in which the statistic must be at or above the raise level; at least 1.</param>
/// <param name="Centre">The median of the healthy scores, from which the clear level is told.</param>
/// <param name="ClearFraction">The clear level lies this share of the way from the centre to the raise level.</param>
internal readonly record struct AlarmShape(int RaiseCount, int OfWindows, int HoldWindows, double Centre, double ClearFraction)
{
    /// <summary>The clear level that goes with a raise level.</summary>
    public double ClearLevel(double raise) => raise <= Centre ? raise : Centre + (ClearFraction * (raise - Centre));

    /// <summary>The raise level above which a statistic that fell to <paramref name="value"/> has cleared the alarm; +∞ when there is none.</summary>
    public double ClearedAbove(double value) =>
        ClearFraction > 0 ? Centre + ((value - Centre) / ClearFraction) : value < Centre ? double.NegativeInfinity : double.PositiveInfinity;
}
