using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>The alarms of one axis: those on its scores, by the rules of its model, and those over days. They are parts of its state.</summary>
internal sealed class AxisAlarms
{
    private const string Part = "alarm/";

    private readonly AxisStream _stream;
    private readonly AlarmTracker[] _overDays;

    public AxisAlarms(AxisStream stream, IReadOnlyList<AlarmRule> rules, AlarmTracker[] overDays)
    {
        _stream = stream;
        _overDays = overDays;
        OfScores = [.. rules.Select(rule => new AlarmTracker(stream.Id, rule))];
        All = WithThoseOverDays();
    }

    /// <summary>Those that look at scored windows.</summary>
    public AlarmTracker[] OfScores { get; private set; }

    /// <summary>Those and the ones over days.</summary>
    public AlarmTracker[] All { get; private set; }

    /// <summary>The state of the most severe of some alarms that is not normal.</summary>
    public static AlarmState MostSevere(AlarmTracker[] alarms)
    {
        AlarmState state = AlarmState.Normal;
        foreach (AlarmTracker alarm in alarms)
        {
            if (alarm.State != AlarmState.Normal && (state == AlarmState.Normal || alarm.Severity == AlarmSeverity.Alarm))
            {
                state = alarm.State;
            }
        }

        return state;
    }

    /// <summary>Goes on under other rules: an alarm whose rule has the same id keeps its state, one whose rule is gone ends.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="isMaintained">Whether new alarms begin suppressed.</param>
    /// <param name="word">Whose doing it is.</param>
    /// <param name="receiver">Gets the transitions.</param>
    public void Adopt(IReadOnlyList<AlarmRule> rules, bool isMaintained, in OperatorWord word, ITransitionReceiver receiver)
    {
        AlarmTracker[] before = OfScores;
        OfScores = [.. rules.Select(rule => Array.Find(before, alarm => alarm.RuleId == rule.Id && alarm.TryAdopt(rule)) ?? NewAlarm(rule, isMaintained))];
        foreach (AlarmTracker alarm in before.Except(OfScores))
        {
            if (alarm.End(word, "the model that it watched is no longer in use") is { } transition)
            {
                receiver.OnTransition(transition);
            }
        }

        All = WithThoseOverDays();
    }

    /// <summary>Adds what is saved of them.</summary>
    public void AddTo(CheckpointParts parts)
    {
        foreach (AlarmTracker alarm in All)
        {
            parts.Add(Part + alarm.RuleId, alarm);
        }
    }

    /// <summary>Maintenance begins or ends.</summary>
    public void Suppress(bool on, in OperatorWord word, ITransitionReceiver? receiver)
    {
        foreach (AlarmTracker alarm in All)
        {
            if (alarm.Suppress(on, word) is { } transition)
            {
                receiver?.OnTransition(transition);
            }
        }
    }

    private AlarmTracker[] WithThoseOverDays() => _overDays.Length == 0 ? OfScores : [.. OfScores, .. _overDays];

    private AlarmTracker NewAlarm(AlarmRule rule, bool isMaintained)
    {
        var alarm = new AlarmTracker(_stream.Id, rule);
        if (isMaintained)
        {
            alarm.Suppress(true, default);
        }

        return alarm;
    }
}
