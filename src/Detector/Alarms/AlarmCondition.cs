using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Alarms;

/// <summary>
/// Whether the condition of a rule is present: raised at or above one level for long enough, cleared below a lower one, and held
/// while it chatters. On event time alone. A part of the alarm that owns it, not an object: every axis has some. Not thread-safe.
/// </summary>
internal struct AlarmCondition(AlarmRule rule)
{
    private const long Never = long.MinValue;

    // Most alarms are never raised.
    private long[]? _raises;
    private int _raiseCount;
    private long _aboveSince = Never;
    private long _belowSince = Never;
    private bool _isChattering;

    /// <summary>The rule; another one may take its place that chatters after as many raises.</summary>
    public AlarmRule Rule { readonly get; set; } = rule;

    /// <summary>True while the condition is present.</summary>
    public bool IsActive { readonly get; private set; }

    /// <summary>Takes the statistic of the next window. Levels that are NaN never raise.</summary>
    public void Next(float statistic, long eventTimeUnixNs)
    {
        if (IsActive)
        {
            Fall(statistic < Rule.ClearLevel, eventTimeUnixNs);
        }
        else
        {
            Rise(statistic >= Rule.RaiseLevel, eventTimeUnixNs);
        }
    }

    /// <summary>Takes whether it is present, where something else than levels decides.</summary>
    public void Set(bool isPresent) => IsActive = isPresent;

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        IsActive = false;
        (_raises, _raiseCount, _aboveSince, _belowSince, _isChattering) = (null, 0, Never, Never, false);
    }

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write((byte)((IsActive ? 1 : 0) | (_isChattering ? 2 : 0)));
        writer.Write(_aboveSince);
        writer.Write(_belowSince);
        writer.Write(_raiseCount);
        for (int i = 0; i < Rule.FlapRaises; i++)
        {
            writer.Write(_raises?[i] ?? 0);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        byte flags = reader.ReadByte();
        (IsActive, _isChattering) = ((flags & 1) != 0, (flags & 2) != 0);
        _aboveSince = reader.ReadInt64();
        _belowSince = reader.ReadInt64();
        _raiseCount = reader.ReadInt32();
        long[] raises = new long[Rule.FlapRaises];
        for (int i = 0; i < raises.Length; i++)
        {
            raises[i] = reader.ReadInt64();
        }

        _raises = _raiseCount > 0 ? raises : null;

        bool fits = reader.IsValid && flags <= 3 && _raiseCount >= 0;
        if (!fits)
        {
            Clear();
        }

        return fits;
    }

    private void Rise(bool isAbove, long time)
    {
        _aboveSince = !isAbove ? Never : _aboveSince == Never ? time : _aboveSince;
        if (!isAbove || time - _aboveSince < Rule.MinDurationNs)
        {
            return;
        }

        IsActive = true;
        _belowSince = Never;

        // A ring: behind the newest raise lies the oldest that is remembered, FlapRaises − 1 before it.
        _raises ??= new long[Rule.FlapRaises];
        _raises[_raiseCount % _raises.Length] = time;
        _raiseCount++;
        _isChattering = Rule.FlapPeriodNs > 0 && _raiseCount >= _raises.Length && time - _raises[_raiseCount % _raises.Length] <= Rule.FlapPeriodNs;
    }

    private void Fall(bool isBelow, long time)
    {
        _belowSince = !isBelow ? Never : _belowSince == Never ? time : _belowSince;
        if (isBelow && (!_isChattering || time - _belowSince >= Rule.FlapPeriodNs))
        {
            IsActive = false;
            _aboveSince = Never;
        }
    }
}
