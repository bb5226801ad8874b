using Thrum.Detector.Alarms;

namespace Thrum.Gateway.Live;

/// <summary>A machine, for the API.</summary>
/// <param name="Machine">Its name.</param>
/// <param name="Attention">How much it needs to be looked at: that of its worst axis, or of an alarm of its own or of an axis of which nothing came yet.</param>
/// <param name="State">State of what is worst.</param>
/// <param name="Severity">Severity of the alarm that is worst; null where none stands.</param>
/// <param name="Axes">How many axes it has.</param>
/// <param name="InAlarm">How many of them have an alarm, seen or not.</param>
/// <param name="Warnings">How many of them have a warning as the worst.</param>
/// <param name="Unwatched">How many of them have data that cannot be relied on, none, or no judged score in their last window.</param>
/// <param name="Zone">The worst zone of ISO 20816-3 of its axes; null where none is known.</param>
internal sealed record MachineView(string Machine, Attention Attention, string State, string? Severity, int Axes, int InAlarm, int Warnings, int Unwatched, string? Zone)
{
    /// <param name="machine">Its name.</param>
    /// <param name="axes">Its axes, the worst first; none is needed where an alarm stands.</param>
    /// <param name="others">What its alarms come to that are of none of these axes.</param>
    public static MachineView Of(string machine, IReadOnlyList<LiveAxisState> axes, IEnumerable<AxisVerdict> others)
    {
        (Attention attention, string state, string? severity) = others.Select(alarm => (alarm.Attention, alarm.State, alarm.Severity?.ToWireName()))
            .Concat(axes.Take(1).Select(axis => (axis.Attention, axis.State, axis.Severity))).MinBy(one => one.Attention);
        return new MachineView(
            machine, attention, state, severity, axes.Count, axes.Count(axis => axis.Attention is Attention.Alarm or Attention.Acknowledged),
            axes.Count(axis => axis.Attention == Attention.Warning), axes.Count(axis => axis.Attention == Attention.Unwatched), axes.Max(axis => axis.Measure?.Zone));
    }
}
