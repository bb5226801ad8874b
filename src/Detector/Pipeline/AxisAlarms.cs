using System.Diagnostics.CodeAnalysis;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>The alarms of one axis: those on its model's scores, those on its baseline's, and those over days. They are parts of its state.</summary>
internal sealed class AxisAlarms
{
    private const string Part = "alarm/";

    private readonly AxisStream _stream;

    public AxisAlarms(AxisStream stream, IReadOnlyList<AlarmRule> rules, AlarmTracker[] overDays)
    {
        _stream = stream;
        OverDays = overDays;
        OfModel = [.. rules.Select(rule => new AlarmTracker(stream.Id, rule))];
        Gather();
    }

    /// <summary>Those that look at the model's scores.</summary>
    public AlarmTracker[] OfModel { get; private set; }

    /// <summary>Those that look at the baseline's scores.</summary>
    public AlarmTracker[] OfBaseline { get; private set; } = [];

    /// <summary>Those that look at scored windows.</summary>
    public AlarmTracker[] OfScores { get; private set; }

    /// <summary>Those that look at trends.</summary>
    public AlarmTracker[] OverDays { get; }

    /// <summary>All of them.</summary>
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
    /// <param name="rules">The rules on the model's scores.</param>
    /// <param name="baselineRules">Those on the baseline's; its scores do not change with the model.</param>
    /// <param name="isMaintained">Whether new alarms begin suppressed.</param>
    /// <param name="word">Whose doing it is.</param>
    /// <param name="receiver">Gets the transitions.</param>
    public void Adopt(IReadOnlyList<AlarmRule> rules, IReadOnlyList<AlarmRule> baselineRules, bool isMaintained, in OperatorWord word, ITransitionReceiver receiver)
    {
        AlarmTracker[] before = OfScores, ofModel = OfModel;
        OfModel = [.. rules.Select(rule => Array.Find(ofModel, alarm => alarm.RuleId == rule.Id && alarm.TryAdopt(rule)) ?? NewAlarm(rule, isMaintained))];
        OfBaseline = baselineRules.Count == 0 ? [] : Array.FindAll(OfBaseline, alarm => !rules.Any(rule => rule.Id == alarm.RuleId));
        foreach (AlarmTracker alarm in before.Except([.. OfModel, .. OfBaseline]))
        {
            if (alarm.End(word, "the model that it watched is no longer in use") is { } transition)
            {
                receiver.OnTransition(transition);
            }
        }

        Gather();
    }

    /// <summary>Watches the baseline's scores; false when that is done already. A rule of the model that has the same id goes first.</summary>
    /// <param name="rules">The rules on them.</param>
    /// <param name="isMaintained">Whether new alarms begin suppressed.</param>
    public bool Watch(IReadOnlyList<AlarmRule> rules, bool isMaintained)
    {
        if (OfBaseline.Length > 0)
        {
            return false;
        }

        OfBaseline = [.. rules.Where(rule => !Array.Exists(OfModel, alarm => alarm.RuleId == rule.Id)).Select(rule => NewAlarm(rule, isMaintained))];
        Gather();
        return true;
    }

    /// <summary>See <see cref="ReadAhead"/>.</summary>
    public int Warm()
    {
        int sum = 0;
        foreach (AlarmTracker alarm in OfScores)
        {
            sum += (int)alarm.State;
        }

        return sum;
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

    // Arrays are shared where they hold the same: there are very many axes.
    [MemberNotNull(nameof(OfScores), nameof(All))]
    private void Gather()
    {
        OfScores = OfBaseline.Length == 0 ? OfModel : OfModel.Length == 0 ? OfBaseline : [.. OfModel, .. OfBaseline];
        All = OverDays.Length == 0 ? OfScores : [.. OfScores, .. OverDays];
    }

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
