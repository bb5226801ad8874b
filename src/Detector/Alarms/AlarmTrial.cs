using System.Runtime.InteropServices;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Alarms;

/// <summary>What a rule does over the scores of a recording, run by the code that runs on the gateway.</summary>
/// <param name="Raises">How often it is raised.</param>
/// <param name="FirstRaise">Index of the score that raises it first; −1 when none does.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AlarmTrial(int Raises, int FirstRaise)
{
    /// <summary>Runs a rule over scores of consecutive windows.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="scores">The values of its metric or combination in order of time.</param>
    /// <param name="hopSeconds">Time from one score to the next: least durations and chattering are times.</param>
    public static AlarmTrial Run(AlarmRule rule, IReadOnlyList<float> scores, double hopSeconds)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(scores);
        var tracker = new AlarmTracker(new AxisId("trial", AxisId.Default, AxisId.Default), rule with { MetricIndex = 0, Combination = null });
        int raises = 0, first = -1;
        for (int i = 0; i < scores.Count; i++)
        {
            if (tracker.Next([scores[i]], (long)Math.Round(i * hopSeconds * 1e9)) is { } transition && transition.To.IsActive())
            {
                raises++;
                first = first < 0 ? i : first;
            }
        }

        return new AlarmTrial(raises, first);
    }
}
