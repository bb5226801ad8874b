using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Machines;

/// <summary>One axis in one vote: what it has told so far, and how it stands at the machine's time, which is behind. A shard owns it.</summary>
internal sealed class Voter(AxisId id)
{
    private const long Never = long.MinValue;
    private AlarmTracker[] _alarms = [];

    public AxisId Id { get; } = id;

    /// <summary>The window up to which the axis is judged.</summary>
    public long LastUnixNs { get; set; } = Never;

    /// <summary>True while it sends nothing, or lags too far behind the others to be counted with them.</summary>
    public bool IsAbsent { get; set; } = true;

    /// <summary>The rule whose condition was told last; null when it was told that there is none.</summary>
    public string? ToldRule { get; set; }

    /// <summary>At the machine's time: whether it is there.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>At the machine's time: the rule that it votes by, or did last.</summary>
    public string Rule { get; private set; } = "";

    /// <summary>At the machine's time: since when.</summary>
    public long SinceUnixNs { get; private set; }

    /// <summary>At the machine's time: until when it votes; without end while the condition is present.</summary>
    public long UntilUnixNs { get; private set; } = Never;

    /// <summary>Takes the alarms whose conditions are votes.</summary>
    public void Bind(AlarmTracker[] alarms) => _alarms = alarms;

    /// <summary>The first rule whose condition is present; null when none is.</summary>
    public string? RuleNow()
    {
        foreach (AlarmTracker alarm in _alarms)
        {
            if (alarm.HasCondition)
            {
                return alarm.RuleId;
            }
        }

        return null;
    }

    /// <summary>True when it votes at the machine's time.</summary>
    public bool Votes(long machineUnixNs) => IsPresent && machineUnixNs < UntilUnixNs;

    /// <summary>The machine's time reached a change.</summary>
    public void Apply(in VoteChange change, long withinNs)
    {
        switch (change.Kind)
        {
            case VoteChangeKind.Raised:
                (Rule, SinceUnixNs, UntilUnixNs) = (change.Rule, change.TimeUnixNs, long.MaxValue);
                break;
            case VoteChangeKind.Cleared:
                UntilUnixNs = change.TimeUnixNs + withinNs;
                break;
            default:
                IsPresent = change.Kind == VoteChangeKind.Joined;
                break;
        }
    }

    /// <summary>No condition is known any more.</summary>
    public void Forget() => (ToldRule, Rule, UntilUnixNs) = (null, "", Never);

    /// <summary>It has to join anew.</summary>
    public void Leave() => (IsAbsent, IsPresent) = (true, false);

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Id.Sensor);
        writer.Write(Id.Axis);
        writer.Write((byte)((IsAbsent ? 1 : 0) | (IsPresent ? 2 : 0) | (ToldRule is null ? 0 : 4)));
        writer.Write(ToldRule ?? "");
        writer.Write(Rule);
        writer.Write(LastUnixNs);
        writer.Write(SinceUnixNs);
        writer.Write(UntilUnixNs);
    }

    /// <summary>Reads everything behind the names.</summary>
    public void Load(ref CheckpointReader reader)
    {
        byte flags = reader.ReadByte();
        string told = reader.ReadString();
        (IsAbsent, IsPresent, ToldRule) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0 ? told : null);
        Rule = reader.ReadString();
        LastUnixNs = reader.ReadInt64();
        SinceUnixNs = reader.ReadInt64();
        UntilUnixNs = reader.ReadInt64();
    }
}
