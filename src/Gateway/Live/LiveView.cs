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
    private long _windows;

    public string Name => "live";

    /// <summary>Windows seen so far.</summary>
    public long Windows => Volatile.Read(ref _windows);

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                AxisOf(window.Stream).Add(window, now);
            }

            foreach (ref readonly VibrationMeasure measure in batch.Measures)
            {
                AxisOf(measure.Stream).Add(measure);
            }

            foreach (AlarmTransition transition in batch.Transitions)
            {
                // A command may come before the first window since the start.
                _byName.GetValueOrDefault(transition.Axis.ToString())?.Add(transition);
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

    /// <summary>Puts the transitions of earlier runs, newest first, before those of this one.</summary>
    public void Restore(IReadOnlyList<AlarmTransition> transitions)
    {
        lock (_gate)
        {
            foreach (AlarmTransition transition in transitions.Reverse())
            {
                _transitions.Enqueue(transition);
            }
        }
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Every axis, the ones in alarm first, then by name.</summary>
    public IReadOnlyList<LiveAxisState> Axes()
    {
        lock (_gate)
        {
            return [.. _axes.OfType<LiveAxis>().Select(axis => axis.Snapshot(time))
                .OrderBy(axis => axis.State == AlarmState.Normal.ToWireName())
                .ThenBy(axis => axis.Machine, StringComparer.Ordinal).ThenBy(axis => axis.Sensor, StringComparer.Ordinal).ThenBy(axis => axis.Axis, StringComparer.Ordinal)];
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

    /// <summary>Evidence may come after its transition, and know more.</summary>
    private void Explain(AlarmEvidence evidence)
    {
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
            return known;
        }

        var axis = new LiveAxis(stream.Id);
        _axes[slot] = axis;
        _byName[axis.Id.ToString()] = axis;
        return axis;
    }
}
