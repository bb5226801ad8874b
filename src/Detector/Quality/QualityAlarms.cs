using System.Globalization;
using System.Runtime.CompilerServices;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Quality;

/// <summary>
/// The alarms on the data of one axis, one for each kind: it raises at the first finding and clears after a time without one, all by the stream's time. What operators make of it an
/// <see cref="AlarmTracker"/> keeps, as for every other alarm; there is one only while the alarm is not normal, since every axis has seven and few are ever raised. Not thread-safe.
/// </summary>
internal sealed class QualityAlarms(AxisId axis, QualityOptions options, ITransitionReceiver receiver)
{
    private Entries _entries;
    private bool _isSuppressed;

    // False when no entry has an alarm: so it is nearly always, and then what comes with every message need not read them.
    private bool _mayHaveAlarms;

    /// <summary>Whose data it is.</summary>
    public AxisId Axis => axis;

    /// <summary>True while a condition is present, whatever operators made of the alarm.</summary>
    public bool IsRaised(QualityKind kind) => _mayHaveAlarms && _entries[(int)kind].Alarm is { HasCondition: true };

    /// <inheritdoc cref="TryFind"/>
    public void Find(QualityKind kind, long timeUnixNs, double value, double limit) => _ = TryFind(kind, timeUnixNs, value, limit);

    /// <summary>Notes a finding; false, and nothing changes, under maintenance.</summary>
    /// <param name="kind">Of what kind.</param>
    /// <param name="timeUnixNs">Event time.</param>
    /// <param name="value">What was found.</param>
    /// <param name="limit">What it was compared with.</param>
    public bool TryFind(QualityKind kind, long timeUnixNs, double value, double limit)
    {
        if (_isSuppressed)
        {
            return false;
        }

        ref Entry entry = ref _entries[(int)kind];
        EndShelf(ref entry, timeUnixNs);
        entry.FoundUnixNs = timeUnixNs;
        entry.Alarm ??= NewAlarm(kind);
        _mayHaveAlarms = true;
        Next(ref entry, new Finding(kind, true, value, limit), timeUnixNs);
        return true;
    }

    /// <summary>Notes that there is nothing to find; clears when that has lasted for <paramref name="clearAfterNs"/>.</summary>
    public void FindNothing(QualityKind kind, long timeUnixNs, double value, double limit, long clearAfterNs)
    {
        if (!_mayHaveAlarms)
        {
            return;
        }

        ref Entry entry = ref _entries[(int)kind];
        EndShelf(ref entry, timeUnixNs);

        // A clock that was set back leaves no time to wait for.
        bool isOver = timeUnixNs < entry.FoundUnixNs || timeUnixNs - entry.FoundUnixNs >= clearAfterNs;
        if (entry.Alarm is { HasCondition: true } && isOver)
        {
            Next(ref entry, new Finding(kind, false, value, limit), timeUnixNs);
        }
        else
        {
            Pass(ref entry, timeUnixNs);
        }
    }

    /// <summary>The stream came to a time, and nothing new is known of a kind; true when that ended a shelf.</summary>
    public bool Pass(QualityKind kind, long timeUnixNs)
    {
        ref Entry entry = ref _entries[(int)kind];
        bool isEnded = EndShelf(ref entry, timeUnixNs);
        Pass(ref entry, timeUnixNs);
        return isEnded;
    }

    /// <summary>The stream came to a time: ends the shelves that are over.</summary>
    public void EndShelves(long timeUnixNs)
    {
        if (!_mayHaveAlarms)
        {
            return;
        }

        _mayHaveAlarms = false;
        foreach (ref Entry entry in _entries)
        {
            EndShelf(ref entry, timeUnixNs);
            _mayHaveAlarms |= entry.Alarm is not null;
        }
    }

    /// <summary>The alarm of a kind as commands take it.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="nowUnixNs">The time that the stream came to; null when it is not known.</param>
    public AlarmTracker Open(QualityKind kind, long? nowUnixNs)
    {
        ref Entry entry = ref _entries[(int)kind];

        // One that a refused command left is made anew: what it was is in no checkpoint.
        Settle(ref entry);
        if (entry.Alarm is { } kept)
        {
            return kept;
        }

        AlarmTracker alarm = NewAlarm(kind);
        if (_isSuppressed)
        {
            // No command changes it, so it need not be kept.
            alarm.Suppress(true, default);
            return alarm;
        }

        if (nowUnixNs is { } now)
        {
            _ = alarm.Pass(now);
        }

        _mayHaveAlarms = true;
        return entry.Alarm = alarm;
    }

    /// <summary>Maintenance begins or ends. An alarm that is not normal is shown as suppressed; of the others nobody need be told. What lasts is found again afterwards.</summary>
    public void Suppress(bool on, in OperatorWord word)
    {
        if (on == _isSuppressed)
        {
            return;
        }

        _isSuppressed = on;
        foreach (ref Entry entry in _entries)
        {
            Settle(ref entry);
            Tell(entry.Alarm?.Suppress(on, word));
            Settle(ref entry);
        }
    }

    public void Save(QualityKind kind, CheckpointWriter writer)
    {
        ref readonly Entry entry = ref _entries[(int)kind];
        writer.Write((byte)((_isSuppressed ? (int)Saved.Suppressed : 0) | (entry.Alarm is null ? 0 : (int)Saved.Alarm)));
        writer.Write(entry.FoundUnixNs);
        if (entry.Alarm is { } alarm)
        {
            writer.Write(alarm.RaiseLevel);
            alarm.Save(writer);
        }
    }

    public bool TryLoad(QualityKind kind, ref CheckpointReader reader)
    {
        var flags = (Saved)reader.ReadByte();
        ref Entry entry = ref _entries[(int)kind];
        (entry.Alarm, entry.FoundUnixNs) = (null, reader.ReadInt64());
        bool fits = reader.IsValid;
        if ((flags & Saved.Alarm) != 0)
        {
            entry.Alarm = NewAlarm(kind, reader.ReadDouble());
            fits = entry.Alarm.TryLoad(ref reader) && reader.IsValid;
        }
        else if ((flags & (Saved.RaisedBefore | Saved.ShownBefore)) != 0)
        {
            // An earlier release kept no more of a raised one.
            entry.Alarm = NewAlarm(kind);
            _ = entry.Alarm.Next(true, double.NaN, entry.FoundUnixNs, "", static text => text);
            _ = (flags & Saved.ShownBefore) != 0 ? entry.Alarm.Suppress(true, default) : null;
        }

        _isSuppressed = fits && (flags & Saved.Suppressed) != 0;
        entry = fits ? entry : default;
        _mayHaveAlarms |= entry.Alarm is not null;
        return fits;
    }

    private void Next(ref Entry entry, in Finding finding, long timeUnixNs)
    {
        if (entry.Alarm!.HasCondition != finding.IsPresent)
        {
            entry.Alarm.SetLevels(RuleOf(finding.Kind, finding.Limit));
        }

        Tell(entry.Alarm.Next(finding.IsPresent, finding.Value, timeUnixNs, finding, Say));
        Settle(ref entry);
    }

    private void Pass(ref Entry entry, long timeUnixNs)
    {
        Tell(entry.Alarm?.Pass(timeUnixNs));
        Settle(ref entry);
    }

    /// <summary>A shelf ends at its own time, and not at the time that was looked at first behind it: which one that is may depend on how the stream was cut into messages.</summary>
    private bool EndShelf(ref Entry entry, long timeUnixNs)
    {
        bool isOver = entry.Alarm?.ShelfEndUnixNs <= timeUnixNs;
        if (isOver)
        {
            Pass(ref entry, entry.Alarm!.ShelfEndUnixNs!.Value);
        }

        return isOver;
    }

    private static void Settle(ref Entry entry) => entry.Alarm = entry.Alarm is { State: AlarmState.Normal } ? null : entry.Alarm;

    private void Tell(AlarmTransition? transition)
    {
        if (transition is not null)
        {
            receiver.OnTransition(transition);
        }
    }

    private AlarmTracker NewAlarm(QualityKind kind, double limit = double.NaN) => new(axis, RuleOf(kind, limit));

    private AlarmRule RuleOf(QualityKind kind, double limit) => new()
    {
        Id = kind.RuleId(),
        Severity = AlarmSeverity.Warning,
        MetricIndex = 0,
        Metric = kind.Metric(),
        RaiseCount = 1,
        OfWindows = 1,
        RaiseLevel = limit,
        ClearLevel = limit,
        LevelOrigin = "fixed",
        Acknowledge = options.Acknowledge,
    };

    private static string Say(Finding finding) => finding.IsPresent
        ? string.Create(CultureInfo.InvariantCulture, $"{What(finding.Kind)}: {finding.Kind.Metric()} is {finding.Value:G4}, the limit is {finding.Limit:G4}")
        : $"{What(finding.Kind)}: no longer so";

    private static string What(QualityKind kind) => kind switch
    {
        QualityKind.NonFinite => "samples are NaN or infinite",
        QualityKind.FlatLine => "all samples are the same",
        QualityKind.Clipping => "samples are at the ends of the measuring range",
        QualityKind.Rate => "the time stamps tell another sampling rate than the messages state",
        QualityKind.Clock => "the sensor's clock went back",
        QualityKind.Stamp => "the time stamps lie far from the time of arrival",
        _ => "the sensor is silent",
    };

    [Flags]
    private enum Saved : byte
    {
        None = 0,
        RaisedBefore = 1,
        Suppressed = 2,
        ShownBefore = 4,
        Alarm = 8,
    }

    private readonly record struct Finding(QualityKind Kind, bool IsPresent, double Value, double Limit);

    private struct Entry
    {
        public AlarmTracker? Alarm { get; set; }

        /// <summary>The last finding.</summary>
        public long FoundUnixNs { get; set; }
    }

    [InlineArray(QualityNames.Kinds)]
    private struct Entries
    {
        private Entry _first;
    }
}
