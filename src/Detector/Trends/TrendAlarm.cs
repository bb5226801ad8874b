using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Spectral.Measures;
using static System.FormattableString;

namespace Thrum.Detector.Trends;

/// <summary>One trend rule on one axis: an <see cref="AlarmTracker"/> on a number that each ended bucket makes.</summary>
internal sealed class TrendAlarm
{
    // It clears a fifth below, so that a bucket more or less does not make it chatter.
    private const double ClearShare = 0.8;

    // ISO 20816-1: a change by more than a quarter of the boundary between zones B and C calls for attention.
    private const double SignificantChange = 0.25;

    private readonly TrendRuleOptions _rule;
    private readonly double _boundary;
    private readonly double _limit;

    public TrendAlarm(AxisId axis, TrendRuleOptions rule, Iso20816Part3 limits)
    {
        _rule = rule;
        _boundary = limits.BtoC;
        _limit = rule.Limit ?? (rule.Kind == TrendKind.Change ? SignificantChange : BoundaryOf(rule.Zone, limits));
        Tracker = new AlarmTracker(axis, new AlarmRule
        {
            Id = rule.Id,
            Severity = rule.Severity,
            MetricIndex = 0,
            Metric = $"{Name(rule.Kind)}({Name(rule.Quantity)})",
            RaiseCount = 1,
            OfWindows = 1,
            RaiseLevel = _limit,
            ClearLevel = ClearShare * _limit,
            LevelOrigin = "fixed",
            Acknowledge = rule.Acknowledge,
            Latch = rule.Latch,
        });
    }

    public AlarmTracker Tracker { get; }

    public TrendQuantity Quantity => _rule.Quantity;

    /// <summary>Takes the bucket that a series just ended; null where there are too few, or nothing changes.</summary>
    public (AlarmTransition Transition, EvidenceTrend Trend)? Next(TrendSeries series, long eventTimeUnixNs, TrendDesk desk) => _rule.Kind == TrendKind.Change
        ? NextChange(series, eventTimeUnixNs, desk)
        : NextLine(series, eventTimeUnixNs, desk);

    private (AlarmTransition, EvidenceTrend)? NextLine(TrendSeries series, long time, TrendDesk desk)
    {
        int count = series.Copy(desk.Plan.Buckets(_rule.Window), desk.Days, desk.Values);
        if (count < TrendLine.LeastPoints)
        {
            return null;
        }

        var line = TrendLine.Fit(desk.Days.AsSpan(0, count), desk.Values.AsSpan(0, count), _rule.Confidence, desk.Scratch);

        // What does not surely rise stays where it is.
        double ahead = line.LowerSlope > 0 ? line.Level + (line.Slope * _rule.Within.TotalDays) : line.Level;
        double value = _rule.Kind == TrendKind.Slope ? Math.Max(line.LowerSlope, float.MinValue) : ahead;
        if (Tracker.Next((float)value, time, () => Say(line, ahead, count)) is not { } transition)
        {
            return null;
        }

        return (transition, Trend(desk, count, series.Reference, line.Level) with
        {
            Slope = line.Slope,
            LowerSlope = line.LowerSlope.FiniteOrNull(),
            Limit = _rule.Kind == TrendKind.Forecast ? _limit : null,
            AheadDays = _rule.Kind == TrendKind.Forecast ? _rule.Within.TotalDays : null,
        });
    }

    private (AlarmTransition, EvidenceTrend)? NextChange(TrendSeries series, long time, TrendDesk desk)
    {
        int count = series.Copy(desk.Plan.RecentBuckets, desk.Days, desk.Values);
        double reference = series.Reference, of = Quantity == TrendQuantity.VelocityRms ? _boundary : reference;
        if (count < TrendPlan.LeastRecent || !(of > 0))
        {
            return null;
        }

        double now = Ranks.Median(desk.Values.AsSpan(0, count)), change = Math.Abs(now - reference) / of;
        if (Tracker.Next((float)change, time, () => Say(reference, now, change)) is not { } transition)
        {
            return null;
        }

        // The median left the values in another order, and people want to see more than a day.
        return (transition, Trend(desk, series.Copy(desk.Plan.RingBuckets, desk.Days, desk.Values), reference, now) with { Limit = reference + (Math.CopySign(_limit, now - reference) * of) });
    }

    private string Say(TrendLine line, double ahead, int count) => _rule.Kind == TrendKind.Slope
        ? Invariant($"{Name(Quantity)} rises by {line.Slope:G3} a day, surely by {line.LowerSlope:G3}, over {count} buckets to {line.Level:G4}; the limit is {_limit:G4} a day")
        : ahead >= _limit
        ? Invariant($"{Name(Quantity)} is {line.Level:G4} and rises by {line.Slope:G3} a day: it reaches {_limit:G4} in {Math.Max(0, (_limit - line.Level) / line.Slope):F1} days")
        : Invariant($"{Name(Quantity)} is {line.Level:G4} and rises by {line.Slope:G3} a day: it does not reach {_limit:G4} in {_rule.Within.TotalDays:G3} days");

    private string Say(double reference, double now, double change)
    {
        string of = Quantity == TrendQuantity.VelocityRms ? Invariant($"the zone boundary B/C, {_boundary:G3} mm/s") : "the reference";
        return Invariant($"{Name(Quantity)} went from {reference:G4} to {now:G4}, {(now > reference ? "up" : "down")} by {100 * change:F0} % of {of}; the limit is {100 * _limit:F0} %");
    }

    private EvidenceTrend Trend(TrendDesk desk, int count, double reference, double level) =>
        new(Name(Quantity), desk.Days[..count], desk.Values[..count], null, null, level, reference.FiniteOrNull());

    private static double BoundaryOf(SeverityZone? zone, Iso20816Part3 limits) => zone switch
    {
        SeverityZone.A => limits.AtoB,
        SeverityZone.B => limits.BtoC,
        _ => limits.CtoD,
    };

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
