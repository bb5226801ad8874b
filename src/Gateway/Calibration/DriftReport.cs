using Thrum.Detector.Calibration;

namespace Thrum.Gateway.Calibration;

/// <summary>What a recalibration would change, shown before anything is.</summary>
/// <param name="Id">Names it for the confirmation.</param>
/// <param name="Axis">The axis, <c>machine/sensor/axis</c>.</param>
/// <param name="Model">Name of its model.</param>
/// <param name="Band">The band of speed or load; null without bands.</param>
/// <param name="From">The first window that was used.</param>
/// <param name="To">The last one.</param>
/// <param name="Windows">Windows that were used.</param>
/// <param name="LeftOut">Windows of the time that were not, because an alarm stood.</param>
/// <param name="Metrics">How each metric differs from what it was calibrated by.</param>
/// <param name="Levels">The levels of the rules, before and after.</param>
/// <param name="Warnings">What to look at before it is confirmed.</param>
/// <param name="NeedsForce">True where the confirmation must say that it is meant all the same.</param>
internal sealed record DriftReport(
    string Id, string Axis, string Model, string? Band, DateTimeOffset From, DateTimeOffset To, int Windows, int LeftOut,
    IReadOnlyList<MetricDrift> Metrics, IReadOnlyList<LevelChange> Levels, IReadOnlyList<string> Warnings, bool NeedsForce);

/// <summary>The levels of a rule before and after.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Metric">What it looks at.</param>
/// <param name="RaiseBefore">Raise level so far; null where it has none.</param>
/// <param name="Raise">Raise level afterwards.</param>
/// <param name="Clear">Clear level afterwards.</param>
/// <param name="OriginBefore">Where the level comes from so far, with its false-alarm interval.</param>
/// <param name="Origin">Where it will come from, with its interval.</param>
/// <param name="FalseAlarmsPerHourLow">Lower bound of the false alarms per hour of measurement afterwards (95 %); null without a budget.</param>
/// <param name="FalseAlarmsPerHourHigh">Upper bound.</param>
internal sealed record LevelChange(
    string Rule, string Metric, double? RaiseBefore, double? Raise, double? Clear, string OriginBefore, string Origin, double? FalseAlarmsPerHourLow, double? FalseAlarmsPerHourHigh);
