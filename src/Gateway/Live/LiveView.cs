using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Live;

/// <summary>The present state of every axis and the latest alarm transitions, for the page, the API and the terminal. Thread-safe.</summary>
internal sealed class LiveView(TimeProvider time) : IScoreDestination
{
    /// <summary>How many transitions are shown.</summary>
    public const int TransitionsKept = 200;

    private readonly Lock _gate = new();
    private readonly List<LiveAxis?> _axes = [];
    private readonly Queue<AlarmTransition> _transitions = new();
    private readonly Dictionary<string, LiveAxis> _byName = [];
    private readonly StandingAlarms _standing = new();
    private long _windows;
    private long _version;
    private long _alarmVersion;
    private IReadOnlyList<MachineView> _machines = [];
    private long _machineVersion;

    public string Name => "live";

    /// <summary>Windows seen so far.</summary>
    public long Windows => Volatile.Read(ref _windows);

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            _version++;
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                AxisOf(window.Stream).Add(window, now);
            }

            foreach (ref readonly VibrationMeasure measure in batch.Measures)
            {
                AxisOf(measure.Stream).Add(measure);
            }

            _alarmVersion = batch.Transitions.Count + batch.Evidence.Count > 0 ? _version : _alarmVersion;

            foreach (AlarmTransition transition in batch.Transitions)
            {
                _standing.Take(transition);
                if (_byName.TryGetValue(transition.Axis.ToString(), out LiveAxis? axis))
                {
                    // An alarm of a machine, or of an axis without a window, has no row.
                    axis.Add(transition);
                    axis.Version = _version;
                }

                if (_transitions.Any(known => known.Id == transition.Id))
                {
                    // Decided again from the journal after a crash.
                    continue;
                }

                _transitions.Enqueue(transition);
                if (_transitions.Count > TransitionsKept)
                {
                    _transitions.Dequeue();
                }
            }

            foreach (AlarmEvidence evidence in batch.Evidence)
            {
                Explain(evidence);
            }
        }

        Interlocked.Add(ref _windows, batch.Count);
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts what earlier runs left before what this one brings.</summary>
    /// <param name="transitions">Their latest transitions, newest first.</param>
    /// <param name="latest">The latest transition of every alarm whose state the detector has restored.</param>
    public void Restore(IReadOnlyList<AlarmTransition> transitions, IReadOnlyList<AlarmTransition> latest)
    {
        lock (_gate)
        {
            foreach (AlarmTransition transition in latest)
            {
                _standing.Take(transition);
            }

            foreach (AlarmTransition transition in transitions.Reverse())
            {
                _transitions.Enqueue(transition);
            }
        }
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Every axis, those that need to be looked at most first, then by name.</summary>
    /// <param name="trace">At most so many of the latest points of each score's trace.</param>
    public IReadOnlyList<LiveAxisState> Axes(int trace = int.MaxValue)
    {
        lock (_gate)
        {
            return [.. _axes.OfType<LiveAxis>().Select(axis => Snapshot(axis, trace))
                .OrderBy(axis => axis.Attention)
                .ThenBy(axis => axis.Machine, StringComparer.Ordinal).ThenBy(axis => axis.Sensor, StringComparer.Ordinal).ThenBy(axis => axis.Axis, StringComparer.Ordinal)];
        }
    }

    /// <summary>Every machine that has an axis or an alarm that stands, those that need to be looked at most first, then by name.</summary>
    public IReadOnlyList<MachineView> Machines()
    {
        lock (_gate)
        {
            ILookup<string, LiveAxisState> axes = Axes(0).ToLookup(axis => axis.Machine);
            ILookup<string, AlarmTransition> others = _standing.All.Where(alarm => !_byName.ContainsKey(alarm.Axis.ToString())).ToLookup(alarm => alarm.Axis.Machine);
            return [.. axes.Select(of => of.Key).Union(others.Select(of => of.Key))
                .Select(machine => MachineView.Of(machine, [.. axes[machine]], others[machine].Select(AxisVerdict.Of)))
                .OrderBy(machine => machine.Attention).ThenBy(machine => machine.Machine, StringComparer.Ordinal)];
        }
    }

    /// <summary>One axis; null before its first window.</summary>
    public LiveAxisState? Find(AxisId id)
    {
        lock (_gate)
        {
            return _byName.TryGetValue(id.ToString(), out LiveAxis? axis) ? Snapshot(axis) : null;
        }
    }

    /// <summary>Axes seen so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byName.Count;
            }
        }
    }

    /// <summary>What changed since a version of the view.</summary>
    /// <param name="version">What is known already; −1 for nothing.</param>
    /// <param name="trace">At most so many of the latest points of each score's trace.</param>
    public LiveChange ChangeSince(long version, int trace)
    {
        lock (_gate)
        {
            bool withAlarms = _alarmVersion > version;
            IReadOnlyList<MachineView> machines = Machines();
            if (!machines.SequenceEqual(_machines))
            {
                (_machines, _machineVersion) = (machines, _version);
            }

            return new LiveChange(
                _version, [.. _axes.OfType<LiveAxis>().Where(axis => axis.Version > version).Select(axis => Snapshot(axis, trace))],
                _machineVersion > version ? _machines : null, withAlarms ? _standing.All : null, withAlarms ? Transitions() : null);
        }
    }

    /// <summary>The latest transitions, newest first.</summary>
    public IReadOnlyList<AlarmTransition> Transitions()
    {
        lock (_gate)
        {
            return [.. _transitions.Reverse()];
        }
    }

    /// <summary>The alarms that are not normal now, by their latest transition: those that nobody has seen first, then the newest.</summary>
    public IReadOnlyList<AlarmTransition> Standing()
    {
        lock (_gate)
        {
            return _standing.All;
        }
    }

    private LiveAxisState Snapshot(LiveAxis axis, int trace = int.MaxValue) => axis.Snapshot(time, _standing.Of(axis.Id), trace);

    /// <summary>Evidence may come after its transition, and know more.</summary>
    private void Explain(AlarmEvidence evidence)
    {
        _standing.Explain(evidence);
        for (int i = _transitions.Count; i > 0; i--)
        {
            AlarmTransition transition = _transitions.Dequeue();
            _transitions.Enqueue(transition.Id == evidence.TransitionId ? transition with { Diagnosis = evidence.Diagnosis } : transition);
        }
    }

    private LiveAxis AxisOf(AxisStream stream)
    {
        int slot = stream.Slot;
        while (_axes.Count <= slot)
        {
            _axes.Add(null);
        }

        if (_axes[slot] is { } known)
        {
            known.Version = _version;
            return known;
        }

        var axis = new LiveAxis(stream.Id) { Version = _version };
        _axes[slot] = axis;
        _byName[axis.Id.ToString()] = axis;
        return axis;
    }
}

/// <summary>What changed in the live view.</summary>
/// <param name="Version">Version of the view now.</param>
/// <param name="Axes">The axes that changed.</param>
/// <param name="Machines">Every machine, those that need to be looked at most first; null where none changed.</param>
/// <param name="Standing">The alarms that are not normal; null where no alarm changed.</param>
/// <param name="Transitions">The latest transitions, newest first; null where there are no new ones.</param>
internal sealed record LiveChange(
    long Version, IReadOnlyList<LiveAxisState> Axes, IReadOnlyList<MachineView>? Machines, IReadOnlyList<AlarmTransition>? Standing, IReadOnlyList<AlarmTransition>? Transitions);
