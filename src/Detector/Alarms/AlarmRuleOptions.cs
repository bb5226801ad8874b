using System.ComponentModel.DataAnnotations;
using Thrum.Detector.Calibration;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using static System.FormattableString;

namespace Thrum.Detector.Alarms;

/// <summary>How a rule gets its levels.</summary>
public enum ThresholdKind
{
    /// <summary>
    /// The level at which healthy scores raise the rule as often as <see cref="AlarmRuleOptions.FalseAlarms"/> allows. As
    /// <see cref="Calibrated"/> where the model file does not hold enough healthy scores for that.
    /// </summary>
    Budget,

    /// <summary>From the healthy distribution in the model file: exp(μ + σ-multiple · σ) of the logarithm of the scores.</summary>
    Calibrated,

    /// <summary>From <see cref="AlarmRuleOptions.Raise"/> and <see cref="AlarmRuleOptions.Clear"/>.</summary>
    Fixed,
}

/// <summary>What becomes of an alarm whose condition went away before an operator acknowledged it.</summary>
public enum AcknowledgeKind
{
    /// <summary>It is normal again: nobody needs to be there.</summary>
    Automatic,

    /// <summary>It is <see cref="AlarmState.ReturnedUnacknowledged"/> until an operator acknowledges it.</summary>
    Required,
}

/// <summary>One alarm rule in the configuration.</summary>
public sealed record AlarmRuleOptions : ICrossChecked
{
    /// <summary>Name of the rule, unique; part of every transition's identity.</summary>
    [Required]
    public string Id { get; init; } = "score";

    /// <summary>
    /// The metric to watch; empty for the model's first one. Or several: <c>any(mse, lmse)</c>, <c>all(…)</c>, <c>2 of (…)</c>, or <c>min-p(…)</c>, corrected
    /// for their number. Their levels are −lg of the p-value, so 6 stands for one window in a million.
    /// </summary>
    public string Metric { get; init; } = "";

    /// <summary>Severity.</summary>
    public AlarmSeverity Severity { get; init; } = AlarmSeverity.Alarm;

    /// <summary>Where the levels come from.</summary>
    public ThresholdKind Threshold { get; init; } = ThresholdKind.Budget;

    /// <summary>Budget: how often a healthy axis may raise the rule, a number per hour, day, week, month or year of measurement.</summary>
    [Required]
    public string FalseAlarms { get; init; } = "1/month";

    /// <summary>Budget: the alarm clears below this share of the way from the median of the healthy scores to the raise level.</summary>
    [Range(0.0, 1.0)]
    public double ClearFraction { get; init; } = 0.7;

    /// <summary>Calibrated: how many standard deviations of the log-score above its healthy mean raise the alarm.</summary>
    [Range(0.0, 100.0)]
    public double RaiseSigma { get; init; } = 6;

    /// <summary>Calibrated: below how many standard deviations the alarm clears; at most <see cref="RaiseSigma"/>.</summary>
    [Range(0.0, 100.0)]
    public double ClearSigma { get; init; } = 4;

    /// <summary>Fixed: the level that raises the alarm.</summary>
    public double? Raise { get; init; }

    /// <summary>Fixed: the level below which it clears; the raise level when absent.</summary>
    public double? Clear { get; init; }

    /// <summary>k of "k of the last n windows".</summary>
    [Range(1, 64)]
    public int RaiseCount { get; init; } = 3;

    /// <summary>n of "k of the last n windows".</summary>
    [Range(1, 64)]
    public int OfWindows { get; init; } = 5;

    /// <summary>How long in event time the statistic must stay at or above the raise level.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MinDuration { get; init; }

    /// <summary>Whether an alarm whose condition went away unseen waits for an operator.</summary>
    public AcknowledgeKind Acknowledge { get; init; } = AcknowledgeKind.Automatic;

    /// <summary>Whether an alarm whose condition went away stays, latched, until an operator resets it.</summary>
    public bool Latch { get; init; }

    /// <summary>So many raises within <see cref="FlapPeriod"/> are chattering.</summary>
    [Range(2, 64)]
    public int FlapRaises { get; init; } = 3;

    /// <summary>A chattering alarm clears only after so long below the clear level; 0 to let it chatter.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan FlapPeriod { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Metric.Length > 0 && MetricFault() is { } metric)
        {
            yield return metric;
        }

        if (RaiseCount > OfWindows)
        {
            yield return $"RaiseCount is {RaiseCount}, expected at most OfWindows ({OfWindows})";
        }

        if (FalseAlarmsFault() is { } budget)
        {
            yield return budget;
        }

        if (Threshold != ThresholdKind.Fixed && ClearSigma > RaiseSigma)
        {
            yield return Invariant($"ClearSigma is {ClearSigma}, expected at most RaiseSigma ({RaiseSigma})");
        }

        if (Threshold == ThresholdKind.Fixed && Raise is null)
        {
            yield return "Raise is missing, expected a number because Threshold is fixed";
        }

        if (Raise is { } raise && !double.IsFinite(raise))
        {
            yield return Invariant($"Raise is {raise}, expected a finite number");
        }

        if (Clear is { } clear && !double.IsFinite(clear))
        {
            yield return Invariant($"Clear is {clear}, expected a finite number");
        }

        if (Clear > Raise)
        {
            yield return Invariant($"Clear is {Clear}, expected at most Raise ({Raise})");
        }
    }

    /// <summary>The rule for a model; its levels are NaN when they need a calibration that the model does not have.</summary>
    /// <exception cref="ModelFileException">The model does not compute the metric.</exception>
    /// <exception cref="FormatException">The metric is none; <see cref="Faults"/> tells before.</exception>
    public AlarmRule Resolve(AutoencoderModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        CombinationSpec? spec = CombinationSpec.Parse(Metric);
        string[] watched = Watched(spec, model);
        int[] indexes = [.. watched.Select(metric => IndexOf(metric, model))];
        ModelMetadata metadata = model.Metadata;
        ModelMetadata none = metadata with { Calibration = null, HealthyScores = null };
        return Of(metadata) with
        {
            Bands =
            [
                .. metadata.Bands.Select(band => ((OperatingBand?)band.Band, Of(metadata with { Calibration = band.Table, HealthyScores = band.Scores }))),
                (null, Of(none)),
            ],
        };

        AlarmRule Of(ModelMetadata calibrated) => Resolve(spec, watched, indexes, calibrated);
    }

    /// <summary>The rule for a model by other healthy scores than those of its file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">Their distributions.</param>
    /// <param name="scores">They themselves, at the hop of the model.</param>
    /// <exception cref="ModelFileException">The model does not compute the metric.</exception>
    /// <exception cref="FormatException">The metric is none; <see cref="Faults"/> tells before.</exception>
    public AlarmRule Resolve(AutoencoderModel model, CalibrationTable table, HealthyScores scores)
    {
        ArgumentNullException.ThrowIfNull(model);
        CombinationSpec? spec = CombinationSpec.Parse(Metric);
        string[] watched = Watched(spec, model);
        return Resolve(spec, watched, [.. watched.Select(metric => IndexOf(metric, model))], model.Metadata with { Calibration = table, HealthyScores = scores });
    }

    private string[] Watched(CombinationSpec? spec, AutoencoderModel model) =>
        spec is not null ? [.. spec.Metrics] : [Metric.Length == 0 ? model.Description.Metrics[0] : MetricExpression.Parse(Metric).Text];

    private AlarmRule Resolve(CombinationSpec? spec, string[] watched, int[] indexes, ModelMetadata model)
    {
        MetricCombination? combination = spec is null ? null : Combine(spec, indexes, model.Calibration);
        LevelSet levels = spec is null ? LevelSet.Of(this, model, watched[0]) : LevelSet.Of(this, model, combination);
        return new AlarmRule
        {
            Id = Id,
            Severity = Severity,
            MetricIndex = spec is null ? indexes[0] : -1,
            Metric = spec?.Text ?? watched[0],
            Combination = combination,
            RaiseCount = RaiseCount,
            OfWindows = OfWindows,
            RaiseLevel = levels.Raise,
            ClearLevel = levels.Clear,
            LevelOrigin = levels.Origin,
            Budget = levels.Budget,
            MinDurationNs = UnixTime.ToNs(MinDuration),
            Acknowledge = Acknowledge,
            Latch = Latch,
            FlapRaises = FlapRaises,
            FlapPeriodNs = UnixTime.ToNs(FlapPeriod),
        };
    }

    private int IndexOf(string metric, AutoencoderModel model)
    {
        int index = model.Description.Metrics.ToList().IndexOf(metric);
        return index >= 0
            ? index
            : throw new ModelFileException(model.Path, $"alarm rule '{Id}' watches metric '{metric}', expected one of {string.Join(", ", model.Description.Metrics)}");
    }

    private static MetricCombination? Combine(CombinationSpec spec, int[] indexes, CalibrationTable? calibration) =>
        calibration is not null && spec.Metrics.All(calibration.Metrics.ContainsKey)
            ? new MetricCombination(spec, indexes, [.. spec.Metrics.Select(metric => calibration.Metrics[metric])])
            : null;

    private string? FalseAlarmsFault()
    {
        try
        {
            _ = FalseAlarmBudget.Parse(FalseAlarms);
            return null;
        }
        catch (FormatException e)
        {
            return $"FalseAlarms is {e.Message}";
        }
    }

    private string? MetricFault()
    {
        try
        {
            if (CombinationSpec.Parse(Metric) is null)
            {
                _ = MetricExpression.Parse(Metric);
            }

            return null;
        }
        catch (FormatException e)
        {
            return $"Metric: {e.Message}";
        }
    }
}
