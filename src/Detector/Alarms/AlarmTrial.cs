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
        bool[] stands = Standing(rule, scores, hopSeconds);
        int raises = 0;
        for (int i = 0; i < stands.Length; i++)
        {
            raises += stands[i] && (i == 0 || !stands[i - 1]) ? 1 : 0;
        }

        return new AlarmTrial(raises, Array.IndexOf(stands, true));
    }

    /// <summary>Whether the rule's condition stands after each score.</summary>
    /// <inheritdoc cref="Run"/>
    public static bool[] Standing(AlarmRule rule, IReadOnlyList<float> scores, double hopSeconds)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(scores);
        var tracker = new AlarmTracker(new AxisId("trial", AxisId.Default, AxisId.Default), rule with { MetricIndex = 0, Combination = null });
        bool[] stands = new bool[scores.Count];
        for (int i = 0; i < stands.Length; i++)
        {
            stands[i] = tracker.Next([scores[i]], (long)Math.Round(i * hopSeconds * 1e9)) is { } transition ? transition.To.IsActive() : i > 0 && stands[i - 1];
        }

        return stands;
    }
}
