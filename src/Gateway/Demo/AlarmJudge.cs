using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Demo;

/// <summary>Counts, per axis of the fleet, windows, alarms and those that were false. Thread-safe; it keeps totals only.</summary>
internal sealed class AlarmJudge : IScoreDestination
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Verdict> _axes = new(StringComparer.Ordinal);

    public string Name => "judge";

    /// <summary>When the faulty machine's bearing breaks, ns since 1970-01-01 UTC.</summary>
    public long FaultOnsetUnixNs { get; set; } = long.MaxValue;

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                Of(window.Stream.Id).Windows++;
            }

            foreach (AlarmTransition transition in batch.Transitions.Where(transition => transition.To.IsActive()))
            {
                Of(transition.Axis).Add(transition, FaultOnsetUnixNs);
            }

            foreach (AlarmEvidence evidence in batch.Evidence)
            {
                Of(new AxisId(evidence.Machine, evidence.Sensor, evidence.Axis)).Add(evidence);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The totals, in the order of machine, sensor and axis.</summary>
    public IReadOnlyList<DemoSensor> Sensors()
    {
        lock (_gate)
        {
            return [.. _axes.Values.Select(verdict => verdict.ToSensor(FaultOnsetUnixNs))];
        }
    }

    private Verdict Of(AxisId axis)
    {
        string key = axis.ToString();
        if (!_axes.TryGetValue(key, out Verdict? verdict))
        {
            verdict = new Verdict(axis);
            _axes.Add(key, verdict);
        }

        return verdict;
    }

    private sealed class Verdict(AxisId axis)
    {
        private readonly bool _faulty = axis.Machine == DemoFleet.Faulty;
        private int _alarms;
        private int _falseAlarms;
        private long? _firstAfterOnset;
        private string? _diagnosis;

        public long Windows { get; set; }

        public void Add(AlarmTransition transition, long onsetUnixNs)
        {
            _alarms++;
            _diagnosis ??= transition.Diagnosis;
            if (_faulty && transition.EventTimeUnixNs >= onsetUnixNs)
            {
                _firstAfterOnset ??= transition.EventTimeUnixNs;
            }
            else
            {
                _falseAlarms++;
            }
        }

        public void Add(AlarmEvidence evidence) => _diagnosis = evidence.Diagnosis;

        public DemoSensor ToSensor(long onsetUnixNs) => new()
        {
            Machine = axis.Machine,
            Sensor = axis.Sensor,
            Axis = axis.Axis,
            Faulty = _faulty,
            Windows = Windows,
            Alarms = _alarms,
            FalseAlarms = _falseAlarms,
            Diagnosis = _diagnosis,
            FirstAlarmAfterOnsetSeconds = _firstAfterOnset is { } first ? Math.Round((first - onsetUnixNs) / 1e9, 3) : null,
        };
    }
}
