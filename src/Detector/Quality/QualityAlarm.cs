using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Quality;

/// <summary>
/// The alarm of one kind on one axis: it raises at the first finding and clears after a time without one, all by the stream's time. A part of the check that
/// owns it, not an object: every axis has seven.
/// </summary>
internal struct QualityAlarm(QualitySource source, QualityKind kind)
{
    private long _lastUnixNs;

    public bool IsRaised { readonly get; private set; }

    /// <summary>Notes a finding.</summary>
    /// <param name="timeUnixNs">Event time.</param>
    /// <param name="value">What was found.</param>
    /// <param name="limit">What it was compared with.</param>
    public void Find(long timeUnixNs, double value, double limit)
    {
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

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write(IsRaised);
        writer.Write(_lastUnixNs);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        IsRaised = reader.ReadBoolean();
        _lastUnixNs = reader.ReadInt64();
        return reader.IsValid;
    }

    private void Move(AlarmState from, AlarmState to, long timeUnixNs, double value, double limit)
    {
        IsRaised = to != AlarmState.Normal;
        AxisId axis = source.Axis;
        source.Receiver.OnTransition(new AlarmTransition
        {
            Id = AlarmTransition.ComputeId(axis, kind.RuleId(), timeUnixNs, from, to),
            Axis = axis,
            RuleId = kind.RuleId(),
            Severity = AlarmSeverity.Warning,
            EventTimeUnixNs = timeUnixNs,
            From = from,
            To = to,
            Metric = kind.Metric(),
            Value = value,
            Threshold = limit,
            Diagnosis = "undetermined",
            Message = Message(value, limit),
        });
    }

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
