using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using static System.FormattableString;

namespace Thrum.Gateway.Calibration;

/// <summary>What an operator should look at before a calibration is put in force.</summary>
internal static class DriftWarnings
{
    // As for a model's file: below it the threshold is more the tail's guess than what was seen.
    private const int FewWindows = 200;

    /// <returns>The warnings, and whether the confirmation must be forced.</returns>
    public static (List<string> Warnings, bool NeedsForce) Of(AxisStandard standard, IReadOnlyList<MetricDrift> drifts, KeptScores kept)
    {
        List<string> grave = [], mild = [];
        foreach (MetricDrift drift in drifts)
        {
            if (drift.MedianShift > Drift.MostShift)
            {
                grave.Add(Invariant($"{drift.Metric} rose by {drift.MedianShift:G3} standard deviations, more than {Drift.MostShift}: that looks like a fault, not like drift"));
            }

            if (drift.Now.Median >= drift.Before.Greatest)
            {
                grave.Add(Invariant($"half of the windows have a greater {drift.Metric} than any window that it was calibrated by"));
            }
        }

        foreach (AlarmRule rule in standard.Rules)
        {
            if (drifts.FirstOrDefault(drift => drift.Metric == rule.Metric) is { } drift && drift.Now.P95 >= rule.RaiseLevel)
            {
                grave.Add(Invariant($"one window in twenty reaches the level {rule.RaiseLevel:G4} at which '{rule.Id}' raises now"));
            }
        }

        if (kept.LeftOut > kept.Windows)
        {
            grave.Add($"alarms stood for most of that time: {kept.LeftOut} windows were left out, {kept.Windows} used");
        }
        else if (kept.LeftOut > 0)
        {
            mild.Add($"alarms stood in that time: {kept.LeftOut} windows were left out");
        }

        if (kept.Windows < FewWindows)
        {
            mild.Add($"{kept.Windows} windows are few, expected at least {FewWindows}: the levels are more the tail's guess than what was seen");
        }

        if (drifts.Count == 0)
        {
            mild.Add("there is no calibration to compare with");
        }

        return ([.. grave, .. mild], grave.Count > 0);
    }
}
