using System.Text.Json.Serialization;
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

    public void Add(AlarmTransition transition) => Alarms += transition.To.IsActive() ? 1 : 0;

    /// <summary>A copy for readers.</summary>
    public LiveAxisState Snapshot(TimeProvider time, int most = int.MaxValue)
    {
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
            State = LiveAxisState.StateOf(Last),
            Reason = LiveAxisState.ReasonOf(Last.Status),
            Rank = LiveAxisState.RankOf(Last),
            Score = Finite(Last.Score),
            PValue = Finite(Last.PValue),
            Threshold = Finite(Last.Threshold),
            Model = Last.Model?.Name ?? "",
            Metric = Last.Model is { Metrics.Count: > 0 } model ? model.Metrics[0] : "",
            TimeUnixMs = Last.TimeUnixNs / 1_000_000,
            SilentSeconds = Math.Floor(time.GetElapsedTime(_lastTimestamp).TotalSeconds),
            Windows = Windows,
            Alarms = Alarms,
            Measure = _measure,
            Trace = trace,
            TraceCount = _traceCount,
        };
    }

    private static float? Finite(float value) => float.IsFinite(value) ? value : null;
}

/// <summary>One axis in the API's live view.</summary>
internal sealed partial record LiveAxisState
{
    public required string Machine { get; init; }

    public required string Sensor { get; init; }

    public required string Axis { get; init; }

    /// <summary>The axis as <c>machine/sensor/axis</c>.</summary>
    [JsonIgnore]
    public string Name => $"{Machine}/{Sensor}/{Axis}";

    /// <summary>How much it needs to be looked at: the smaller the more.</summary>
    [JsonIgnore]
    public int Rank { get; init; }

    /// <summary>Wire name of the last window's status.</summary>
    public required string Status { get; init; }

    /// <summary>Wire name of the alarm state; where no alarm stands but the last window was not judged either, the status that says why.</summary>
    public required string State { get; init; }

    /// <summary>Why the last window has no judged score, as a sentence; null where it has.</summary>
    public required string? Reason { get; init; }

    public required float? Score { get; init; }

    public required float? PValue { get; init; }

    public required float? Threshold { get; init; }

    public required string Model { get; init; }

    public required string Metric { get; init; }

    /// <summary>Time of the last window, ms since 1970-01-01 UTC.</summary>
    public required long TimeUnixMs { get; init; }

    /// <summary>Whole seconds since the last window came.</summary>
    public required double SilentSeconds { get; init; }

    public required long Windows { get; init; }

    /// <summary>How often an alarm was raised.</summary>
    public required int Alarms { get; init; }

    /// <summary>The latest measures; null before the first.</summary>
    public required LiveMeasure? Measure { get; init; }

    /// <summary>Greatest score in each quarter of a second that had one, oldest first.</summary>
    public required IReadOnlyList<float> Trace { get; init; }

    /// <summary>Points of the trace since the start, those that are gone included.</summary>
    public required long TraceCount { get; init; }
}
