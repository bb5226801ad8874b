using System.Globalization;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Alarms;

/// <summary>
/// The state of one rule on one axis (ANSI/ISA-18.2-2016, section 5). It sees scored windows only, in event-time order, and operator's commands
/// between them, and decides on event time alone. A shard owns it; nothing is allocated but the transitions.
/// </summary>
internal sealed class AlarmTracker : ICheckpointed
{
    private const string ShelfIsOver = "the time on the shelf is over";

    private readonly AxisId _axis;
    private AlarmStatistic _statistic;
    private AlarmCondition _condition;
    private bool _isUnacknowledged;
    private bool _isLatched;
    private bool _isShelved;
    private bool _isSuppressed;
    private long _shelvedUntilUnixNs;
    private double _lastValue = double.NaN;
    private long _lastTimeUnixNs = long.MinValue;

    public AlarmTracker(AxisId axis, AlarmRule rule)
    {
        _axis = axis;
        _statistic = new AlarmStatistic(rule.RaiseCount, rule.OfWindows);
        _condition = new AlarmCondition(rule);
    }

    /// <summary>The state that operators see. Below shelving and suppression the condition goes on.</summary>
    public AlarmState State { get; private set; }

    /// <summary>Whose alarm it is.</summary>
    public AxisId Axis => _axis;

    /// <summary>The rule with its present levels.</summary>
    public AlarmRule Rule => _condition.Rule;

    /// <summary>Id of the rule.</summary>
    public string RuleId => Rule.Id;

    /// <summary>The metric, as it leaves with each transition.</summary>
    public string Metric => Rule.Metric;

    /// <summary>The last time that the condition was present.</summary>
    public AlarmEpisode Episode { get; set; }

    /// <summary>True while the condition is present, whatever operators made of the alarm.</summary>
    public bool HasCondition => _condition.IsActive;

    /// <summary>Until when the alarm is put aside; null when it is not.</summary>
    public long? ShelfEndUnixNs => _isShelved ? _shelvedUntilUnixNs : null;

    /// <summary>Index of the metric that it looks at, of several the one that leads.</summary>
    public int LeadingMetric(ReadOnlySpan<float> metrics) => Rule.Combination?.LeadingIndex(metrics) ?? Math.Max(0, Rule.MetricIndex);

    public AlarmSeverity Severity => Rule.Severity;

    public double RaiseLevel => Rule.RaiseLevel;

    /// <summary>True when the rule has levels to compare with.</summary>
    public bool IsCalibrated => !double.IsNaN(Rule.RaiseLevel);

    /// <summary>Takes the metric values of the next window; returns the transition it causes, if any.</summary>
    public AlarmTransition? Next(ReadOnlySpan<float> metrics, long eventTimeUnixNs) =>
        Take(Rule.ValueOf(metrics), eventTimeUnixNs, out bool expired) is { } from ? Transition(from, eventTimeUnixNs, expired ? ShelfIsOver : Crossing(metrics)) : null;

    /// <summary>Takes the next number of an alarm that is about something else than metrics.</summary>
    /// <param name="value">The number.</param>
    /// <param name="eventTimeUnixNs">Its event time.</param>
    /// <param name="describe">Says for people what was found.</param>
    public AlarmTransition? Next(float value, long eventTimeUnixNs, Func<string> describe) =>
        Take(value, eventTimeUnixNs, out bool expired) is { } from ? Transition(from, eventTimeUnixNs, expired ? ShelfIsOver : describe()) : null;

    /// <summary>Takes whether the condition is present, of an alarm that something else than its levels decides.</summary>
    /// <typeparam name="T">What is said.</typeparam>
    /// <param name="isPresent">Whether it is present.</param>
    /// <param name="value">The number that tells.</param>
    /// <param name="eventTimeUnixNs">Its event time.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="describe">Says that for people.</param>
    public AlarmTransition? Next<T>(bool isPresent, double value, long eventTimeUnixNs, T finding, Func<T, string> describe)
    {
        _lastTimeUnixNs = eventTimeUnixNs;
        if (_isSuppressed)
        {
            return null;
        }

        bool was = _condition.IsActive;
        _lastValue = value;
        _condition.Set(isPresent);
        return Follow(was, eventTimeUnixNs, out bool expired) is { } from ? Transition(from, eventTimeUnixNs, expired ? ShelfIsOver : describe(finding)) : null;
    }

    /// <summary>Time goes on, and nothing new is known of the condition.</summary>
    public AlarmTransition? Pass(long eventTimeUnixNs)
    {
        _lastTimeUnixNs = eventTimeUnixNs;
        return _isSuppressed ? null : Follow(_condition.IsActive, eventTimeUnixNs, out _) is { } from ? Transition(from, eventTimeUnixNs, ShelfIsOver) : null;
    }

    /// <summary>True when the next window can change neither the state nor the condition.</summary>
    public bool IsUnmovedBy(ReadOnlySpan<float> metrics)
    {
        float statistic = _isSuppressed ? float.NegativeInfinity : _statistic.Peek(Rule.ValueOf(metrics));
        return !_isShelved
            && (float.IsNegativeInfinity(statistic) || (_condition.IsActive ? statistic >= Rule.ClearLevel : !(statistic >= Rule.RaiseLevel)));
    }

    /// <summary>The state before, when the next number makes it another.</summary>
    private AlarmState? Take(float value, long eventTimeUnixNs, out bool expired)
    {
        expired = false;
        _lastTimeUnixNs = eventTimeUnixNs;
        if (_isSuppressed)
        {
            return null;
        }

        float statistic = _statistic.Next(value);
        bool was = _condition.IsActive;
        _lastValue = statistic;
        if (!float.IsNegativeInfinity(statistic))
        {
            // Behind a new model an alarm stays as it is until enough windows have spoken.
            _condition.Next(statistic, eventTimeUnixNs);
            Episode = _condition.IsActive ? (was ? Episode : default).With(statistic) : Episode;
        }

        return Follow(was, eventTimeUnixNs, out expired);
    }

    /// <summary>What follows for operators from the condition as it was and is; the state before, when it is another now.</summary>
    private AlarmState? Follow(bool was, long eventTimeUnixNs, out bool expired)
    {
        if (_condition.IsActive != was)
        {
            _isUnacknowledged = _condition.IsActive || (_isUnacknowledged && Rule.Acknowledge == AcknowledgeKind.Required);
            _isLatched = !_condition.IsActive && Rule.Latch;
        }

        expired = _isShelved && eventTimeUnixNs >= _shelvedUntilUnixNs;
        _isShelved &= !expired;
        return Settle(eventTimeUnixNs);
    }

    /// <summary>The numbers that the statistic is of, oldest first.</summary>
    public float[] Recent() => _statistic.Recent();

    /// <summary>An operator has seen the alarm. Null, and nothing changes, unless it waits for that.</summary>
    public AlarmTransition? Acknowledge(in OperatorWord word)
    {
        if (State is not (AlarmState.ActiveUnacknowledged or AlarmState.ReturnedUnacknowledged))
        {
            return null;
        }

        _isUnacknowledged = false;
        return Command(word, "acknowledged");
    }

    /// <summary>Puts the alarm aside until an event time; a shelved one gets the new time. False when it is suppressed.</summary>
    public bool TryShelve(long untilUnixNs, in OperatorWord word, out AlarmTransition? transition)
    {
        transition = null;
        if (_isSuppressed)
        {
            return false;
        }

        (_isShelved, _shelvedUntilUnixNs) = (true, untilUnixNs);
        transition = Command(word, "shelved", string.Create(CultureInfo.InvariantCulture, $", until the first window from {UnixTime.ToDateTimeOffset(untilUnixNs):yyyy-MM-ddTHH:mm:ssZ} on"));
        return true;
    }

    /// <summary>Takes the alarm from the shelf. Null, and nothing changes, unless it is there.</summary>
    public AlarmTransition? Unshelve(in OperatorWord word)
    {
        if (State != AlarmState.Shelved)
        {
            return null;
        }

        _isShelved = false;
        return Command(word, "unshelved");
    }

    /// <summary>Resets a latched alarm, which acknowledges it. Null, and nothing changes, unless it is latched.</summary>
    public AlarmTransition? Reset(in OperatorWord word)
    {
        if (State != AlarmState.Latched)
        {
            return null;
        }

        (_isLatched, _isUnacknowledged) = (false, false);
        return Command(word, "reset");
    }

    /// <summary>Suppresses the alarm or lets it go. What was known of the condition is forgotten: the machine may be another one afterwards.</summary>
    public AlarmTransition? Suppress(bool on, in OperatorWord word)
    {
        if (on != _isSuppressed)
        {
            _statistic.Clear();
            _condition.Clear();
            (_isUnacknowledged, _isLatched, _isShelved, _lastValue) = (false, false, false, double.NaN);
        }

        Episode = default;
        _isSuppressed = on;
        return Command(word, on ? "suppressed by maintenance" : "maintenance ended");
    }

    /// <summary>
    /// Goes on with another rule of the same id, such as that of another model: the alarm keeps its state, and what the last scores were is forgotten, since the next ones
    /// are of another kind. False, and nothing changes, when the rules count windows in different ways.
    /// </summary>
    public bool TryAdopt(AlarmRule rule)
    {
        if ((rule.RaiseCount, rule.OfWindows, rule.FlapRaises) != (Rule.RaiseCount, Rule.OfWindows, Rule.FlapRaises))
        {
            return false;
        }

        _condition.Rule = rule;
        ForgetScores();
        return true;
    }

    /// <summary>Forgets the last scores, since the next ones are of another kind; the alarm keeps its state until enough of them have spoken.</summary>
    public void ForgetScores()
    {
        _statistic.Clear();
        Episode = default;
    }

    /// <summary>Takes the rule with other levels; the alarm stays as it is until the next window.</summary>
    public void SetLevels(AlarmRule rule) => _condition.Rule = rule;

    /// <summary>What alarmed was no fault, and the levels were set for it: the alarm ends, a shelf excepted.</summary>
    public AlarmTransition? TakeAsNormal(in OperatorWord word)
    {
        _condition.Clear();
        (_isUnacknowledged, _isLatched, Episode) = (false, false, default);
        return Command(word, "taken as normal");
    }

    /// <summary>Ends an alarm whose rule is gone: it is normal.</summary>
    public AlarmTransition? End(in OperatorWord word, string why)
    {
        _condition.Clear();
        (_isUnacknowledged, _isLatched, _isShelved, _isSuppressed) = (false, false, false, false);
        return Command(word, why);
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write((byte)((_isUnacknowledged ? 1 : 0) | (_isLatched ? 2 : 0) | (_isShelved ? 4 : 0) | (_isSuppressed ? 8 : 0)));
        writer.Write(_shelvedUntilUnixNs);
        writer.Write(_lastTimeUnixNs);
        writer.Write(_lastValue);
        _statistic.Save(writer);
        _condition.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        byte flags = reader.ReadByte();
        (_isUnacknowledged, _isLatched, _isShelved, _isSuppressed) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
        _shelvedUntilUnixNs = reader.ReadInt64();
        _lastTimeUnixNs = reader.ReadInt64();
        _lastValue = reader.ReadDouble();
        bool fits = flags <= 15 && _statistic.TryLoad(ref reader) && _condition.TryLoad(ref reader);
        if (!fits)
        {
            _statistic.Clear();
            _condition.Clear();
            (_isUnacknowledged, _isLatched, _isShelved, _isSuppressed, _lastValue, _lastTimeUnixNs) = (false, false, false, false, double.NaN, long.MinValue);
        }

        State = Visible();
        return fits;
    }

    private AlarmState Visible() => this switch
    {
        { _isSuppressed: true } => AlarmState.Suppressed,
        { _isShelved: true } => AlarmState.Shelved,
        { _condition.IsActive: true } => _isUnacknowledged ? AlarmState.ActiveUnacknowledged : AlarmState.ActiveAcknowledged,
        { _isLatched: true } => AlarmState.Latched,
        _ => _isUnacknowledged ? AlarmState.ReturnedUnacknowledged : AlarmState.Normal,
    };

    /// <summary>Takes over the state that follows from the parts; the state before when it is another.</summary>
    private AlarmState? Settle(long eventTimeUnixNs)
    {
        AlarmState from = State;
        State = Visible();
        return from == State || eventTimeUnixNs == long.MinValue ? null : from;
    }

    // Before its first window an alarm has no event time: its state changes without a transition.
    private AlarmTransition? Command(in OperatorWord word, string what, string then = "") =>
        Settle(_lastTimeUnixNs) is { } from ? Transition(from, word.Sequence, (string.IsNullOrEmpty(word.By) ? what : $"{what} by {word.By}") + then) : null;

    private string Crossing(ReadOnlySpan<float> metrics)
    {
        string leading = Rule.Combination is { } combination && _condition.IsActive ? $", led by {combination.Leading(metrics, Level)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Rule.Metric} {_lastValue:G4} is {(_condition.IsActive ? "at or above" : "back below")} {Level:G4} in {Rule.RaiseCount} of the last {Rule.OfWindows} windows{leading}");
    }

    private double Level => _condition.IsActive ? Rule.RaiseLevel : Rule.ClearLevel;

    private AlarmTransition Transition(AlarmState from, long identity, string reason) => new()
    {
        Id = AlarmTransition.ComputeId(_axis, Rule.Id, identity, from, State),
        Axis = _axis,
        RuleId = Rule.Id,
        Severity = Rule.Severity,
        EventTimeUnixNs = _lastTimeUnixNs,
        From = from,
        To = State,
        Metric = Rule.Metric,
        Value = _lastValue,
        Threshold = Level,
        Diagnosis = "undetermined",
        Message = $"{_axis}: {reason}",
    };
}
