using System.Globalization;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Alarms;

/// <summary>
/// The state of one rule on one axis. It sees scored windows only, in event-time order, and decides on event time alone.
/// A shard owns it; nothing is allocated but the transitions.
/// </summary>
internal sealed class AlarmTracker(AxisId axis, AlarmRule rule) : ICheckpointed
{
    private readonly AlarmStatistic _statistic = new(rule.RaiseCount, rule.OfWindows);

    public AlarmState State { get; private set; }

    /// <summary>Id of the rule.</summary>
    public string RuleId => rule.Id;

    public AlarmSeverity Severity => rule.Severity;

    public double RaiseLevel => rule.RaiseLevel;

    /// <summary>True when the rule has levels to compare with.</summary>
    public bool IsCalibrated => !double.IsNaN(rule.RaiseLevel);

    /// <summary>Takes the metric values of the next window; returns the transition it causes, if any.</summary>
    public AlarmTransition? Next(ReadOnlySpan<float> metrics, long eventTimeUnixNs)
    {
        float statistic = _statistic.Next(metrics[rule.MetricIndex]);
        if (!IsCalibrated)
        {
            return null;
        }

        if (State == AlarmState.Normal && statistic >= rule.RaiseLevel)
        {
            return MoveTo(AlarmState.ActiveUnacknowledged, statistic, rule.RaiseLevel, eventTimeUnixNs);
        }

        return State != AlarmState.Normal && statistic < rule.ClearLevel
            ? MoveTo(AlarmState.Normal, statistic, rule.ClearLevel, eventTimeUnixNs)
            : null;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write((byte)State);
        _statistic.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        State = (AlarmState)reader.ReadByte();
        bool fits = _statistic.TryLoad(ref reader) && Enum.IsDefined(State);
        if (!fits)
        {
            State = AlarmState.Normal;
            _statistic.Clear();
        }

        return fits;
    }

    private AlarmTransition MoveTo(AlarmState to, float value, double threshold, long eventTimeUnixNs)
    {
        AlarmState from = State;
        State = to;
        string verb = to.IsActive() ? "at or above" : "back below";
        return new AlarmTransition
        {
            Id = AlarmTransition.ComputeId(axis, rule.Id, eventTimeUnixNs, from, to),
            Axis = axis,
            RuleId = rule.Id,
            Severity = rule.Severity,
            EventTimeUnixNs = eventTimeUnixNs,
            From = from,
            To = to,
            Metric = rule.Metric,
            Value = value,
            Threshold = threshold,
            Diagnosis = "undetermined",
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{axis}: {rule.Metric} {value:G4} is {verb} {threshold:G4} in {rule.RaiseCount} of the last {rule.OfWindows} windows"),
        };
    }
}
