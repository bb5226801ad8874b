using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Machines;

/// <summary>
/// One vote of one machine. Axes tell in their own order what they found; it is counted in the order of event time up to the machine's time, the least of those
/// to which its axes are judged. So neither the cuts of messages nor the order of sensors matter, as long as sensors run apart by at most
/// <see cref="VoteOptions.SilentAfter"/>. A shard owns it; nothing is allocated per window.
/// </summary>
internal sealed class MachineVote : ICheckpointed
{
    private const long Never = long.MinValue;

    private readonly VoteOptions _options;
    private readonly long _silentNs;
    private readonly ITransitionReceiver _receiver;
    private readonly List<Voter> _voters = [];

    // Ascending in time.
    private readonly List<VoteChange> _changes = [];
    private long _now = Never;
    private long _newest = Never;

    // No window before it changes the number of votes.
    private long _wake = long.MaxValue;

    public MachineVote(string machine, VoteOptions options, ITransitionReceiver receiver)
    {
        _options = options;
        _silentNs = options.SilentAfterNs;
        _receiver = receiver;
        Alarm = new AlarmTracker(AxisId.AllOf(machine), options.ToRule());
    }

    /// <summary>The alarm.</summary>
    public AlarmTracker Alarm { get; }

    /// <summary>True when it changed since the last checkpoint.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Gives an axis its vote.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="alarms">Its alarms over windows.</param>
    public Voter Add(AxisId axis, IEnumerable<AlarmTracker> alarms)
    {
        Voter voter = Of(axis);
        Bind(voter, alarms);
        return voter;
    }

    /// <summary>Gives a voter the alarms that its axis has now.</summary>
    public void Bind(Voter voter, IEnumerable<AlarmTracker> alarms) => voter.Bind([.. alarms.Where(alarm => _options.Counts(alarm.RuleId))]);

    /// <summary>A window of an axis was judged, with or without a score.</summary>
    public void Take(Voter voter, long timeUnixNs)
    {
        IsDirty = true;
        long before = voter.LastUnixNs;
        voter.LastUnixNs = timeUnixNs;
        _newest = timeUnixNs >= before ? Math.Max(_newest, timeUnixNs) : Newest();
        if (timeUnixNs < _newest - (2 * _silentNs))
        {
            Leave(voter, before);
            return;
        }

        if (!voter.IsAbsent && timeUnixNs - before > _silentNs)
        {
            Leave(voter, before);
        }

        if (voter.IsAbsent)
        {
            // Others may be ahead by that much, but not by more: none of them is counted beyond yet.
            voter.IsAbsent = false;
            Insert(new(timeUnixNs + _silentNs + 1, voter, VoteChangeKind.Joined, ""));
        }

        string? rule = voter.RuleNow();
        if ((rule is null) != (voter.ToldRule is null))
        {
            voter.ToldRule = rule;
            Insert(new(timeUnixNs, voter, rule is null ? VoteChangeKind.Cleared : VoteChangeKind.Raised, rule ?? ""));
        }

        if (timeUnixNs >= _wake || timeUnixNs >= Alarm.ShelfEndUnixNs)
        {
            Advance();
        }
    }

    /// <summary>Suppresses the alarm or lets it go; the conditions known so far are forgotten.</summary>
    public AlarmTransition? Suppress(bool on, in OperatorWord word)
    {
        _changes.RemoveAll(change => change.Kind is VoteChangeKind.Raised or VoteChangeKind.Cleared);
        _voters.ForEach(voter => voter.Forget());
        return Alarm.Suppress(on, word);
    }

    public void Save(CheckpointWriter writer)
    {
        Alarm.Save(writer);
        writer.Write(_now);
        writer.Write(_voters.Count);
        _voters.ForEach(voter => voter.Save(writer));
        writer.Write(_changes.Count);
        foreach (VoteChange change in _changes)
        {
            writer.Write(change.TimeUnixNs);
            writer.Write(_voters.IndexOf(change.Voter));
            writer.Write((byte)change.Kind);
            writer.Write(change.Rule);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = Alarm.TryLoad(ref reader);
        _now = reader.ReadInt64();
        int voters = reader.ReadInt32();
        var loaded = new List<Voter>();
        for (int i = 0; i < voters && reader.IsValid; i++)
        {
            loaded.Add(Of(new AxisId(Alarm.Axis.Machine, reader.ReadString(), reader.ReadString())));
            loaded[^1].Load(ref reader);
        }

        int changes = reader.ReadInt32();
        for (int i = 0; i < changes && reader.IsValid; i++)
        {
            long time = reader.ReadInt64();
            int voter = reader.ReadInt32();
            byte kind = reader.ReadByte();
            string rule = reader.ReadString();
            fits &= voter >= 0 && voter < loaded.Count && kind <= (byte)VoteChangeKind.Left;
            if (fits)
            {
                Insert(new(time, loaded[voter], (VoteChangeKind)kind, rule));
            }
        }

        _newest = Newest();
        _wake = Never;
        if (!fits || !reader.IsValid)
        {
            _changes.Clear();
            Restart(Never);
            return false;
        }

        return true;
    }

    private Voter Of(AxisId axis)
    {
        Voter? voter = _voters.Find(voter => voter.Id == axis);
        if (voter is null)
        {
            _voters.Add(voter = new Voter(axis));
        }

        return voter;
    }

    private long Newest()
    {
        long newest = Never;
        foreach (Voter voter in _voters)
        {
            newest = Math.Max(newest, voter.LastUnixNs);
        }

        return newest;
    }

    private void Leave(Voter voter, long lastUnixNs)
    {
        if (!voter.IsAbsent)
        {
            voter.IsAbsent = true;
            long left = lastUnixNs + _silentNs;
            _changes.RemoveAll(change => change.Voter == voter && change.Kind == VoteChangeKind.Joined && change.TimeUnixNs > left);
            Insert(new(left, voter, VoteChangeKind.Left, ""));
        }
    }

    private void Insert(in VoteChange change)
    {
        int at = _changes.Count;
        while (at > 0 && _changes[at - 1].TimeUnixNs > change.TimeUnixNs)
        {
            at--;
        }

        _changes.Insert(at, change);
        _wake = Math.Min(_wake, change.TimeUnixNs);
    }

    /// <summary>When the number of votes may be another next; the end of time when nothing is known to come.</summary>
    private long Due()
    {
        long due = _changes.Count > 0 ? _changes[0].TimeUnixNs : long.MaxValue;
        foreach (Voter voter in _voters)
        {
            due = Math.Min(due, voter.Votes(_now) ? voter.UntilUnixNs : long.MaxValue);
        }

        return Math.Min(due, Alarm.ShelfEndUnixNs ?? long.MaxValue);
    }

    private void Advance()
    {
        long machine = MachineTime();
        if (_now != Never && machine < _now - (2 * _silentNs))
        {
            // The clock that was ahead of all others was set back.
            Restart(machine);
            return;
        }

        for (long due = Due(); due <= machine; due = Due())
        {
            _now = Math.Max(_now, due);
            while (_changes.Count > 0 && _changes[0].TimeUnixNs <= _now)
            {
                VoteChange change = _changes[0];
                _changes.RemoveAt(0);
                change.Voter.Apply(change, _options.WithinNs);
            }

            if (Alarm.Next(Count(), _now, Describe) is { } transition)
            {
                _receiver.OnTransition(transition);
                if (transition.IsRaise)
                {
                    _receiver.OnEvidence(EvidenceBuilder.OfVote(
                        transition,
                        [.. Ordered(votes: true).Select(voter => new EvidenceVoter(voter.Id.Sensor, voter.Id.Axis, voter.Rule, voter.SinceUnixNs))],
                        [.. Ordered(votes: false).Select(voter => new EvidenceNonVoter(voter.Id.Sensor, voter.Id.Axis, voter.IsPresent))]));
                }
            }
        }

        _wake = Due();
        foreach (Voter voter in _voters)
        {
            // One that votes and falls silent is noticed by the others' windows.
            _wake = Math.Min(_wake, voter.Votes(_now) ? voter.LastUnixNs + (2 * _silentNs) : long.MaxValue);
        }
    }

    /// <summary>The least time of the axes that are there. One that was silent for long, told by the newest window, leaves.</summary>
    private long MachineTime()
    {
        long least = _newest;
        foreach (Voter voter in _voters)
        {
            if (!voter.IsAbsent && voter.LastUnixNs < _newest - (2 * _silentNs))
            {
                Leave(voter, voter.LastUnixNs);
            }

            least = voter.IsAbsent ? least : Math.Min(least, voter.LastUnixNs);
        }

        return least;
    }

    private void Restart(long now)
    {
        _now = now;
        _wake = long.MaxValue;
        _changes.Clear();
        foreach (Voter voter in _voters)
        {
            voter.Forget();
            voter.Leave();
        }
    }

    private int Count()
    {
        int count = 0;
        for (int i = 0; i < _voters.Count; i++)
        {
            count += _voters[i].Votes(_now) && (_options.Of == VoterKind.Axes || IsFirstOfSensor(i)) ? 1 : 0;
        }

        return count;
    }

    private bool IsFirstOfSensor(int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (_voters[i].Id.Sensor == _voters[index].Id.Sensor && _voters[i].Votes(_now))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<Voter> Ordered(bool votes) => _voters.Where(voter => voter.Votes(_now) == votes).OrderBy(voter => voter.Id.ToString(), StringComparer.Ordinal);

    private string Describe()
    {
        int all = _options.Of == VoterKind.Axes ? _voters.Count(voter => voter.IsPresent) : _voters.Where(voter => voter.IsPresent).Select(voter => voter.Id.Sensor).Distinct().Count();
        string voters = string.Join(", ", Ordered(votes: true).Select(voter => $"{voter.Id.Sensor}/{voter.Id.Axis} ({voter.Rule})"));
        return string.Create(CultureInfo.InvariantCulture, $"{Count()} of {all} {Alarm.Metric} have a condition within {_options.Within}, {_options.AtLeast} raise the alarm{(voters.Length == 0 ? "" : ": ")}{voters}");
    }
}
