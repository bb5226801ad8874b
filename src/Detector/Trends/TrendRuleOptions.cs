using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Spectral.Measures;
using static System.FormattableString;

namespace Thrum.Detector.Trends;

/// <summary>What a trend is of.</summary>
public enum TrendQuantity
{
    /// <summary>RMS velocity, mm/s.</summary>
    VelocityRms,

    /// <summary>RMS in the unit of the samples.</summary>
    Rms,

    /// <summary>Kurtosis.</summary>
    Kurtosis,

    /// <summary>Crest factor.</summary>
    Crest,

    /// <summary>The score; it starts anew with another model.</summary>
    Score,
}

/// <summary>What a trend rule asks.</summary>
public enum TrendKind
{
    /// <summary>Whether it surely rises by more than <see cref="TrendRuleOptions.Limit"/> a day.</summary>
    Slope,

    /// <summary>Whether it surely rises and reaches a limit within <see cref="TrendRuleOptions.Within"/>.</summary>
    Forecast,

    /// <summary>Whether the last day is off the reference by a share of the ISO zone boundary B/C, or of the reference itself.</summary>
    Change,
}

/// <summary>An alarm over days. An entry of <c>Detector:Trends:Rules</c>.</summary>
public sealed record TrendRuleOptions : ICrossChecked
{
    /// <summary>Name of the rule, unique among all rules; part of every transition's identity.</summary>
    [Required]
    public string Id { get; init; } = "trend";

    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>What it is of.</summary>
    public TrendQuantity Quantity { get; init; } = TrendQuantity.VelocityRms;

    /// <summary>What it asks.</summary>
    public TrendKind Kind { get; init; } = TrendKind.Change;

    /// <summary>
    /// Slope: a rise per day. Forecast: the level. Change: a share, of the zone boundary B/C for the velocity (ISO 20816-1: 0.25) and of the reference otherwise; 0.25 when absent.
    /// </summary>
    public double? Limit { get; init; }

    /// <summary>Forecast: the zone of ISO 20816-3 that the machine is not to leave, in place of <see cref="Limit"/>.</summary>
    public SeverityZone? Zone { get; init; }

    /// <summary>Forecast: how soon.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Slope and forecast: over how much time.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "365.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Slope and forecast: the one-sided confidence that it rises.</summary>
    [Range(0.5, 0.999999)]
    public double Confidence { get; init; } = 0.999;

    /// <summary>Severity.</summary>
    public AlarmSeverity Severity { get; init; } = AlarmSeverity.Warning;

    /// <summary>Whether an alarm whose condition went away unseen waits for an operator.</summary>
    public AcknowledgeKind Acknowledge { get; init; } = AcknowledgeKind.Automatic;

    /// <summary>Whether an alarm whose condition went away stays, latched, until an operator resets it.</summary>
    public bool Latch { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Limit is { } limit && !(limit > 0 && double.IsFinite(limit)))
        {
            yield return Invariant($"Limit is {limit}, expected a number above 0");
        }

        if (Kind == TrendKind.Slope && Limit is null)
        {
            yield return "Limit is missing, expected a rise per day because Kind is slope";
        }

        if (Kind == TrendKind.Forecast && Limit is null == Zone is null)
        {
            yield return "Limit and Zone: expected one of them because Kind is forecast";
        }

        if (Zone is { } zone && (Kind != TrendKind.Forecast || Quantity != TrendQuantity.VelocityRms || zone == SeverityZone.D))
        {
            yield return Invariant($"Zone is {zone}, expected a, b or c, with Kind forecast and Quantity velocityRms");
        }
    }

    internal bool Matches(AxisId axis) => FileSystemName.MatchesSimpleExpression(Match, axis.ToString(), ignoreCase: false);
}
