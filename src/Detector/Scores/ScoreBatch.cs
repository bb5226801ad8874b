using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;

namespace Thrum.Detector.Scores;

/// <summary>
/// Scored windows with their metric values, and the alarm transitions they caused, in the order they were decided: what travels
/// from a shard to delivery. One owner at a time; the one that is done disposes it. Not thread-safe.
/// </summary>
public sealed class ScoreBatch : IDisposable
{
    private readonly ScoreBatchPool _pool;
    private readonly List<AlarmTransition> _transitions = [];
    private readonly ShardCheckpoint _checkpoint = new();
    private readonly List<AlarmEvidence> _evidence = [];
    private WindowScore[] _windows;
    private WindowScore[] _shadows = [];
    private WindowScore[] _baselines = [];
    private VibrationMeasure[] _measures = [];
    private HealthyWindow[] _healthy = [];
    private float[] _features = [];
    private float[] _metrics;
    private int _count;
    private int _metricCount;
    private int _shadowCount;
    private int _baselineCount;
    private int _measureCount;
    private int _healthyCount;
    private int _featureCount;
    private bool _hasCheckpoint;
    private bool _returned;

    internal ScoreBatch(ScoreBatchPool pool, int windows)
    {
        _pool = pool;
        _windows = new WindowScore[windows];
        _metrics = new float[windows * 8];
    }

    /// <summary>The windows, per axis in time order.</summary>
    public ReadOnlySpan<WindowScore> Windows => _windows.AsSpan(0, _count);

    /// <summary>What shadow models made of some of these windows, per axis in time order. Their state is that of alarms that were not raised.</summary>
    public ReadOnlySpan<WindowScore> Shadows => _shadows.AsSpan(0, _shadowCount);

    /// <summary>
    /// Windows that the baseline scored on axes that a model scores, per axis in time order. They are cut by themselves; their state is that of the baseline's alarms.
    /// </summary>
    public ReadOnlySpan<WindowScore> Baselines => _baselines.AsSpan(0, _baselineCount);

    /// <summary>Number of windows, shadows and those of baselines beside models not counted.</summary>
    public int Count => _count;

    /// <summary>The alarm transitions, in the order they were decided.</summary>
    public IReadOnlyList<AlarmTransition> Transitions => _transitions;

    /// <summary>Measures of the axes' buffers, per axis in time order.</summary>
    public ReadOnlySpan<VibrationMeasure> Measures => _measures.AsSpan(0, _measureCount);

    /// <summary>Windows kept to learn from, per axis in time order.</summary>
    public ReadOnlySpan<HealthyWindow> Healthy => _healthy.AsSpan(0, _healthyCount);

    /// <summary>Evidence of alarms of this batch or an earlier one, in the order it was taken.</summary>
    public IReadOnlyList<AlarmEvidence> Evidence => _evidence;

    /// <summary>
    /// The state of the shard behind a barrier, to be stored once everything up to and including this batch is safe at its destinations; null when there is none.
    /// </summary>
    public ShardCheckpoint? Checkpoint => _hasCheckpoint ? _checkpoint : null;

    /// <summary>Monotonic time at which the oldest message behind this batch was read.</summary>
    public long ReceivedTimestamp { get; set; }

    /// <summary>The metric values of a window of this batch, in the order of <see cref="ScoredModel.Metrics"/>; empty when it has no score.</summary>
    public ReadOnlySpan<float> Metrics(in WindowScore window) =>
        window.HasScore ? _metrics.AsSpan(window.MetricOffset, window.Model.Metrics.Count) : [];

    /// <summary>Appends a window and the values of its metrics (empty when it has no score).</summary>
    public void Append(in WindowScore window, ReadOnlySpan<float> metrics)
    {
        if (_count == _windows.Length)
        {
            Array.Resize(ref _windows, 2 * _count);
        }

        _windows[_count++] = window with { MetricOffset = Keep(metrics) };
    }

    /// <summary>Appends what a shadow model made of a window.</summary>
    public void AppendShadow(in WindowScore window, ReadOnlySpan<float> metrics)
    {
        if (_shadowCount == _shadows.Length)
        {
            Array.Resize(ref _shadows, Math.Max(64, 2 * _shadowCount));
        }

        _shadows[_shadowCount++] = window with { MetricOffset = Keep(metrics) };
    }

    /// <summary>Appends what the baseline made of a window of an axis that a model scores.</summary>
    public void AppendBaseline(in WindowScore window, ReadOnlySpan<float> metrics)
    {
        if (_baselineCount == _baselines.Length)
        {
            Array.Resize(ref _baselines, Math.Max(64, 2 * _baselineCount));
        }

        _baselines[_baselineCount++] = window with { MetricOffset = Keep(metrics) };
    }

    /// <summary>Appends an alarm transition.</summary>
    public void Append(AlarmTransition transition) => _transitions.Add(transition);

    /// <summary>Appends measures of a buffer.</summary>
    public void Append(in VibrationMeasure measure)
    {
        if (_measureCount == _measures.Length)
        {
            Array.Resize(ref _measures, Math.Max(16, 2 * _measureCount));
        }

        _measures[_measureCount++] = measure;
    }

    /// <summary>The feature of a window of this batch that is kept to learn from.</summary>
    public ReadOnlySpan<float> Feature(in HealthyWindow window) => _features.AsSpan(window.FeatureOffset, window.FeatureLength);

    /// <summary>Appends a window to learn from, with its feature.</summary>
    public void Append(in HealthyWindow window, ReadOnlySpan<float> feature)
    {
        if (_healthyCount == _healthy.Length)
        {
            Array.Resize(ref _healthy, Math.Max(16, 2 * _healthyCount));
        }

        if (_featureCount + feature.Length > _features.Length)
        {
            Array.Resize(ref _features, 2 * (_featureCount + feature.Length));
        }

        feature.CopyTo(_features.AsSpan(_featureCount));
        _healthy[_healthyCount++] = window with { FeatureOffset = _featureCount, FeatureLength = feature.Length };
        _featureCount += feature.Length;
    }

    /// <summary>Appends evidence.</summary>
    public void Append(AlarmEvidence evidence) => _evidence.Add(evidence);

    /// <summary>Returns the batch to its pool.</summary>
    public void Dispose()
    {
        if (!_returned)
        {
            _returned = true;
            _checkpoint.Clear();
            _pool.Return(this);
        }
    }

    internal ShardCheckpoint BeginCheckpoint(int shard, long sequence)
    {
        _checkpoint.Begin(shard, sequence);
        _hasCheckpoint = true;
        return _checkpoint;
    }

    internal void Reset()
    {
        Array.Clear(_windows, 0, _count);
        _count = 0;
        _metricCount = 0;
        Array.Clear(_shadows, 0, _shadowCount);
        _shadowCount = 0;
        Array.Clear(_baselines, 0, _baselineCount);
        _baselineCount = 0;
        Array.Clear(_measures, 0, _measureCount);
        _measureCount = 0;
        Array.Clear(_healthy, 0, _healthyCount);
        _healthyCount = 0;
        _featureCount = 0;
        _transitions.Clear();
        _evidence.Clear();
        _hasCheckpoint = false;
        ReceivedTimestamp = 0;
        _returned = false;
    }

    private int Keep(ReadOnlySpan<float> metrics)
    {
        int at = _metricCount;
        if (at + metrics.Length > _metrics.Length)
        {
            Array.Resize(ref _metrics, 2 * (at + metrics.Length));
        }

        metrics.CopyTo(_metrics.AsSpan(at));
        _metricCount += metrics.Length;
        return at;
    }
}
