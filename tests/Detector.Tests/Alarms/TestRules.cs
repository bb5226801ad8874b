using Thrum.Detector.Alarms;

namespace Thrum.Detector.Tests.Alarms;

/// <summary>Resolved rules on the first metric.</summary>
internal static class TestRules
{
    /// <summary>k of n windows against two levels.</summary>
    public static AlarmRule Of(double raise, double clear, int k = 1, int n = 1) => new()
    {
        Id = "score",
        Severity = AlarmSeverity.Alarm,
        MetricIndex = 0,
        Metric = "mse",
        RaiseCount = k,
        OfWindows = n,
        RaiseLevel = raise,
        ClearLevel = clear,
    };
}
