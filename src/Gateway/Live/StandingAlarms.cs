using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Live;

/// <summary>The alarms that are not normal, by axis. Not thread-safe.</summary>
internal sealed class StandingAlarms
{
    private readonly Dictionary<AxisId, Dictionary<string, AlarmTransition>> _ofAxis = [];

    /// <summary>All of them, by their latest transition: those that nobody has seen first, then the more severe, then the newest.</summary>
    public IReadOnlyList<AlarmTransition> All =>
    [
        .. _ofAxis.Values.SelectMany(rules => rules.Values).OrderBy(alarm => alarm.To != AlarmState.ActiveUnacknowledged).ThenByDescending(alarm => alarm.Severity)
            .ThenByDescending(alarm => alarm.EventTimeUnixNs),
    ];

    /// <summary>Those of an axis.</summary>
    public IReadOnlyCollection<AlarmTransition> Of(AxisId axis) => _ofAxis.TryGetValue(axis, out Dictionary<string, AlarmTransition>? rules) ? rules.Values : [];

    /// <summary>Takes the latest transition of an alarm.</summary>
    public void Take(AlarmTransition transition)
    {
        if (transition.To != AlarmState.Normal)
        {
            (_ofAxis.TryGetValue(transition.Axis, out Dictionary<string, AlarmTransition>? rules) ? rules : _ofAxis[transition.Axis] = [])[transition.RuleId] = transition;
        }
        else if (_ofAxis.TryGetValue(transition.Axis, out Dictionary<string, AlarmTransition>? rules) && rules.Remove(transition.RuleId) && rules.Count == 0)
        {
            _ofAxis.Remove(transition.Axis);
        }
    }

    /// <summary>Evidence may come after its transition, and know more.</summary>
    public void Explain(AlarmEvidence evidence)
    {
        foreach (Dictionary<string, AlarmTransition> rules in _ofAxis.Values)
        {
            if (rules.Values.FirstOrDefault(alarm => alarm.Id == evidence.TransitionId) is { } explained)
            {
                rules[explained.RuleId] = explained with { Diagnosis = evidence.Diagnosis };
                return;
            }
        }
    }
}
