using Thrum.Detector.Alarms;
using Thrum.Detector.Quality;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Live;

/// <summary>What the alarms of an axis and its last window come to: the worst of them.</summary>
/// <param name="Attention">How much it needs to be looked at.</param>
/// <param name="State">Wire name of that alarm's state, <see cref="Silent"/> or <see cref="BadData"/>, or of the window's status where that is the worst.</param>
/// <param name="Severity">Severity of that alarm; null where it is none.</param>
/// <param name="Rule">Its rule; null where it is no alarm.</param>
/// <param name="Reason">Why there is no judgement to rely on, as a sentence; null where there is one.</param>
internal readonly record struct AxisVerdict(Attention Attention, string State, AlarmSeverity? Severity, string? Rule, string? Reason)
{
    /// <summary>State of an axis of which nothing comes, by the gateway's own rule.</summary>
    public const string Silent = "silent";

    /// <summary>State of an axis whose samples or stamps are called into question.</summary>
    public const string BadData = "badData";

    private static readonly string Maintenance = WindowStatus.Maintenance.ToWireName();

    private const string SilenceRule = "quality-silence";

    /// <param name="last">The last window, its state being <see cref="AlarmState.Normal"/> where a transition came behind it.</param>
    /// <param name="standing">The alarms of the axis that are not normal.</param>
    public static AxisVerdict Of(in WindowScore last, IReadOnlyCollection<AlarmTransition> standing)
    {
        AxisVerdict worst = OfWindow(last, hasAlarms: standing.Any(alarm => !IsOfData(alarm)));
        foreach (AlarmTransition alarm in standing)
        {
            AxisVerdict next = Of(alarm);
            worst = next.Order.CompareTo(worst.Order) < 0 ? next : worst;
        }

        return worst with { Reason = worst.Reason ?? ReasonOf(last.Status) };
    }

    /// <summary>What one alarm that is not normal comes to.</summary>
    public static AxisVerdict Of(AlarmTransition alarm) => IsOfData(alarm) && alarm.To.IsActive()
        ? new(Attention.Unwatched, alarm.RuleId == SilenceRule ? Silent : BadData, alarm.Severity, alarm.RuleId, ReasonOf(alarm))
        : new(AttentionOf(alarm.To, alarm.Severity), alarm.To.ToWireName(), alarm.Severity, alarm.RuleId, null);

    /// <summary>
    /// Among equals silence tells more than what was last wrong with the data, maintenance more than the alarms that it suppresses, and any alarm more than a status; the name of the
    /// rule keeps it from jumping.
    /// </summary>
    private (Attention, int, string?) Order => (Attention, State == Silent || State == Maintenance ? 0 : Rule is null ? 2 : 1, Rule);

    /// <summary>A window without a judgement is never called normal; its alarm state counts where no transition tells more, as for an alarm that was shelved before its first window.</summary>
    private static AxisVerdict OfWindow(in WindowScore last, bool hasAlarms)
    {
        AxisVerdict state = hasAlarms ? Plain(AlarmState.Normal) : Plain(last.State);
        AxisVerdict status = last.Status switch
        {
            WindowStatus.Valid => Plain(AlarmState.Normal),
            WindowStatus.Maintenance => new(Attention.Aside, Maintenance, null, null, null),
            _ => new(Attention.Unwatched, last.Status.ToWireName(), null, null, null),
        };
        return state.Attention < status.Attention ? state : status;
    }

    private static AxisVerdict Plain(AlarmState state) => new(AttentionOf(state, AlarmSeverity.Alarm), state.ToWireName(), null, null, null);

    private static Attention AttentionOf(AlarmState state, AlarmSeverity severity) => state switch
    {
        AlarmState.Normal => Attention.Normal,
        AlarmState.Shelved or AlarmState.Suppressed => Attention.Aside,
        _ when severity == AlarmSeverity.Warning => Attention.Warning,
        AlarmState.ActiveAcknowledged => Attention.Acknowledged,
        _ => Attention.Alarm,
    };

    private static bool IsOfData(AlarmTransition alarm) => QualityNames.IsQuality(alarm.RuleId);

    private static string ReasonOf(AlarmTransition alarm)
    {
        string axis = $"{alarm.Axis}: ";
        return alarm.Message.StartsWith(axis, StringComparison.Ordinal) ? alarm.Message[axis.Length..] : alarm.Message;
    }

    private static string? ReasonOf(WindowStatus status) => status switch
    {
        WindowStatus.Valid => null,
        WindowStatus.NoModel => "no model of Detector:Models fits its name and rate, and no baseline is learned for it",
        WindowStatus.NotCalibrated => "its model has a score but no alarm level: calibrate it, or give a rule a level",
        WindowStatus.WarmingUp => "it has just started, or its baseline is being learned",
        WindowStatus.Stopped => "the machine stands still",
        WindowStatus.Gap => "samples are missing in its last window",
        WindowStatus.NonFinite => "its last window holds samples that are not finite numbers",
        WindowStatus.Maintenance => "the machine is under maintenance",
        WindowStatus.NoSpeed => "the speed or load of the machine is not known",
        WindowStatus.BandChange => "the speed or load is changing from one band to another",
        WindowStatus.NoBand => "the speed or load is in none of the bands of Detector:Operating",
        _ => "its samples do not stand at the times they should",
    };
}
