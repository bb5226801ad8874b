using Thrum.Detector.Calibration;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Alarms;

/// <summary>
/// A rule resolved for one model: the statistic is the k-th largest of the last n values of a metric; it raises at one level and
/// clears below a lower one. Immutable.
/// </summary>
public sealed record AlarmRule
{
    /// <summary>Id in the configuration; part of the transition id.</summary>
    public required string Id { get; init; }

    /// <summary>Severity of the alarm.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>Index of the metric among the model's; −1 where the rule combines several.</summary>
    public required int MetricIndex { get; init; }

    /// <summary>The metric, or the combination of several, as written.</summary>
    public required string Metric { get; init; }

    /// <summary>k: how many of the last n windows must reach the level.</summary>
    public required int RaiseCount { get; init; }

    /// <summary>n: how many windows are looked at.</summary>
    public required int OfWindows { get; init; }

    /// <summary>The alarm is raised when the statistic is at or above this level; NaN when the model has no calibration to set it.</summary>
    public required double RaiseLevel { get; init; }

    /// <summary>The alarm clears when the statistic falls below this level.</summary>
    public required double ClearLevel { get; init; }

    /// <summary>Where the levels come from, in one line for people.</summary>
    public string LevelOrigin { get; init; } = "";

    /// <summary>The false-alarm budget that set the levels and its confidence interval; null when something else did.</summary>
    public BudgetLevel? Budget { get; init; }

    /// <summary>How long the statistic must stay at or above the raise level, in ns of event time.</summary>
    public long MinDurationNs { get; init; }

    /// <summary>Whether an alarm whose condition went away waits for an operator.</summary>
    public AcknowledgeKind Acknowledge { get; init; }

    /// <summary>Whether an alarm whose condition went away stays until it is reset.</summary>
    public bool Latch { get; init; }

    /// <summary>So many raises within <see cref="FlapPeriodNs"/> are chattering, at least 2.</summary>
    public int FlapRaises { get; init; } = 3;

    /// <summary>A chattering alarm clears only after so long below the clear level, in ns of event time; 0 for never mind.</summary>
    public long FlapPeriodNs { get; init; }

    /// <summary>The rule in each band that the model has a calibration for, and last in one that it has none for.</summary>
    internal IReadOnlyList<(OperatingBand? Band, AlarmRule Rule)> Bands { get; init; } = [];

    /// <summary>The rule with the levels of a band of speed or load.</summary>
    public AlarmRule In(OperatingBand band)
    {
        foreach ((OperatingBand? of, AlarmRule rule) in Bands)
        {
            if (of is null || of == band)
            {
                return rule;
            }
        }

        return this;
    }

    /// <summary>How several metrics make one number; null where the rule looks at one, or the model has no calibration to combine them by.</summary>
    internal MetricCombination? Combination { get; init; }

    /// <summary>What the rule makes of the metrics of a window; NaN where it cannot.</summary>
    internal float ValueOf(ReadOnlySpan<float> metrics) => Combination is { } combination ? combination.ValueOf(metrics) : MetricIndex < 0 ? float.NaN : metrics[MetricIndex];
}
