using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Live;

/// <summary>What the live view keeps of one axis: its last window and a short trace of its score. Guarded by its <see cref="LiveView"/>.</summary>
internal sealed class LiveAxis(AxisId id)
{
    public const int TracePoints = 240;
    private const long TraceStepNs = 250_000_000;

    private readonly float[] _trace = new float[TracePoints];
    private long _traceCount;
    private long _traceBucket = long.MinValue;
    private long _lastTimestamp;
    private LiveMeasure? _measure;

    public AxisId Id { get; } = id;

    public WindowScore Last { get; private set; }

    public long Windows { get; private set; }

    public int Alarms { get; private set; }

    /// <summary>Version of the view at which it last changed.</summary>
    public long Version { get; set; }

    /// <param name="window">The next window.</param>
    /// <param name="timestamp">Monotonic time of its arrival here.</param>
    public void Add(in WindowScore window, long timestamp)
    {
        _lastTimestamp = timestamp;
        Windows++;
        Last = window;
        if (!window.HasScore)
        {
            return;
        }

        long bucket = window.TimeUnixNs / TraceStepNs;
        if (bucket != _traceBucket)
        {
            _traceBucket = bucket;
            _traceCount++;
            _trace[(_traceCount - 1) % TracePoints] = window.Score;
        }
        else
        {
            ref float point = ref _trace[(_traceCount - 1) % TracePoints];
            point = Math.Max(point, window.Score);
        }
    }

    public void Add(in VibrationMeasure measure) => _measure = LiveMeasure.Of(measure);

    public void Add(AlarmTransition transition)
    {
        // What it was before it was put aside or seen is not raised again.
        Alarms += transition.To == AlarmState.ActiveUnacknowledged && transition.From is AlarmState.Normal or AlarmState.ReturnedUnacknowledged or AlarmState.Latched ? 1 : 0;

        // From here on the transitions tell the state, not a window that came before them.
        Last = Last with { State = AlarmState.Normal };
    }

    /// <summary>A copy for readers.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="standing">The alarms of the axis that are not normal.</param>
    /// <param name="most">At most so many of the latest points of the score's trace.</param>
    public LiveAxisState Snapshot(TimeProvider time, IReadOnlyCollection<AlarmTransition> standing, int most = int.MaxValue)
    {
        var verdict = AxisVerdict.Of(Last, standing);
        int points = (int)Math.Min(Math.Min(_traceCount, TracePoints), most);
        var trace = new float[points];
        for (int i = 0; i < points; i++)
        {
            trace[i] = _trace[(_traceCount - points + i) % TracePoints];
        }

        return new LiveAxisState
        {
            Machine = Id.Machine,
            Sensor = Id.Sensor,
            Axis = Id.Axis,
            Status = Last.Status.ToWireName(),
            Attention = verdict.Attention,
            State = verdict.State,
            Severity = verdict.Severity?.ToWireName(),
            Rule = verdict.Rule,
            Reason = verdict.Reason,
            Score = Last.Score.FiniteOrNull(),
            PValue = Last.PValue.FiniteOrNull(),
            Threshold = Last.Threshold.FiniteOrNull(),
            Model = Last.Model?.Name ?? "",
            Metric = Last.Model is { Metrics.Count: > 0 } model ? model.Metrics[0] : "",
            Time = UnixTime.ToDateTimeOffset(Last.TimeUnixNs),
            SilentSeconds = Math.Floor(time.GetElapsedTime(_lastTimestamp).TotalSeconds),
            Windows = Windows,
            Alarms = Alarms,
            Measure = _measure,
            Trace = trace,
            TraceCount = _traceCount,
        };
    }
}
