using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Quality;

/// <summary>
/// The alarm of one kind on one axis: it raises at the first finding and clears after a time without one, all by the stream's time. A part of the check that
/// owns it, not an object: every axis has seven.
/// </summary>
internal struct QualityAlarm(QualitySource source, QualityKind kind)
{
    private long _lastUnixNs;
    private bool _isSuppressed;
    private bool _isShownSuppressed;

    public bool IsRaised { readonly get; private set; }

    /// <summary>Notes a finding.</summary>
    /// <param name="timeUnixNs">Event time.</param>
    /// <param name="value">What was found.</param>
    /// <param name="limit">What it was compared with.</param>
    public void Find(long timeUnixNs, double value, double limit)
    {
        if (_isSuppressed)
        {
            return;
        }

        _lastUnixNs = timeUnixNs;
        if (!IsRaised)
        {
            Move(AlarmState.Normal, AlarmState.ActiveUnacknowledged, timeUnixNs, value, limit);
        }
    }

    /// <summary>Notes that there is nothing to find; clears when that has lasted for <paramref name="clearAfterNs"/>.</summary>
    public void FindNothing(long timeUnixNs, double value, double limit, long clearAfterNs)
    {
        // A clock that was set back leaves no time to wait for.
        if (IsRaised && (timeUnixNs < _lastUnixNs || timeUnixNs - _lastUnixNs >= clearAfterNs))
        {
            Move(AlarmState.ActiveUnacknowledged, AlarmState.Normal, timeUnixNs, value, limit);
        }
    }

    /// <summary>Maintenance begins or ends. An alarm that was raised is shown as suppressed; of the others nobody need be told. What lasts is found again afterwards.</summary>
    public void Suppress(bool on, in OperatorWord word)
    {
        if (on == _isSuppressed)
        {
            return;
        }

        if (on && IsRaised)
        {
            _isShownSuppressed = true;
            Tell(AlarmState.ActiveUnacknowledged, AlarmState.Suppressed, word);
        }
        else if (!on && _isShownSuppressed)
        {
            _isShownSuppressed = false;
            Tell(AlarmState.Suppressed, AlarmState.Normal, word);
        }

        (IsRaised, _isSuppressed) = (IsRaised && !on, on);
    }

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write((byte)((IsRaised ? 1 : 0) | (_isSuppressed ? 2 : 0) | (_isShownSuppressed ? 4 : 0)));
        writer.Write(_lastUnixNs);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        byte flags = reader.ReadByte();
        (IsRaised, _isSuppressed, _isShownSuppressed) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
        _lastUnixNs = reader.ReadInt64();
        return reader.IsValid;
    }

    private void Move(AlarmState from, AlarmState to, long timeUnixNs, double value, double limit)
    {
        IsRaised = to != AlarmState.Normal;
        source.Receiver.OnTransition(Transition(timeUnixNs, from, to) with { EventTimeUnixNs = timeUnixNs, Value = value, Threshold = limit, Message = Message(value, limit) });
    }

    private readonly void Tell(AlarmState from, AlarmState to, in OperatorWord word)
    {
        string what = to == AlarmState.Suppressed ? "suppressed by maintenance" : "maintenance ended";
        source.Receiver.OnTransition(Transition(word.Sequence, from, to) with { Message = string.IsNullOrEmpty(word.By) ? $"{source.Axis}: {what}" : $"{source.Axis}: {what} by {word.By}" });
    }

    private readonly AlarmTransition Transition(long identity, AlarmState from, AlarmState to) => new()
    {
        Id = AlarmTransition.ComputeId(source.Axis, kind.RuleId(), identity, from, to),
        Axis = source.Axis,
        RuleId = kind.RuleId(),
        Severity = AlarmSeverity.Warning,
        EventTimeUnixNs = _lastUnixNs,
        From = from,
        To = to,
        Metric = kind.Metric(),
        Value = double.NaN,
        Threshold = double.NaN,
        Diagnosis = "undetermined",
        Message = "",
    };

    private readonly string Message(double value, double limit)
    {
        if (!IsRaised)
        {
            return $"{source.Axis}: {What(kind)}: no longer so";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{source.Axis}: {What(kind)}: {kind.Metric()} is {value:G4}, the limit is {limit:G4}");
    }

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
}
