using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Scores;
using Thrum.Detector.Signals;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Windows of all axes that share a model, normalised straight into the model's input tensor and scored together once the
/// batch is full or the shard flushes. Not thread-safe; its memory is allocated once.
/// </summary>
internal sealed class ModelLane : ILane, IDisposable
{
    private readonly ModelInput _input;
    private readonly int _windowSamples;
    private readonly double _binHz;
    private readonly BatchRunner _runner;
    private readonly MetricSet _metrics;
    private readonly ShardOutput _output;
    private readonly ILogger _logger;
    private readonly Entry[] _entries;
    private readonly float[] _values;
    private readonly float[] _axisValues;
    private readonly int _axes;
    private int _count;
    private int _rows;
    private bool _hasFailed;

    public ModelLane(ModelAssignment assignment, int maxBatch, ShardOutput output, ILogger logger)
    {
        _input = new ModelInput(assignment.Model.Metadata);
        _windowSamples = assignment.Model.Metadata.WindowSamples;
        _binHz = ModelView.BinHzOf(assignment.Model.Metadata);
        Assignment = assignment;
        Model = LaneModel.Of(assignment);
        _runner = new BatchRunner(assignment.Model, maxBatch);
        _metrics = assignment.Model.CompileMetrics();
        _output = output;
        _logger = logger;
        _entries = new Entry[2 * maxBatch];
        _values = new float[_metrics.Count];
        _axes = assignment.Model.Metadata.Axes.Count;
        _axisValues = new float[_axes * _metrics.Count];
    }

    public LaneModel Model { get; }

    /// <summary>The model and the axes it is meant for.</summary>
    public ModelAssignment Assignment { get; }

    public void Add(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        bool finite = _input.TryPrepare(samples, _runner.Input(_rows));
        _entries[_count++] = new Entry(axis, lastSampleUnixNs, finite ? WindowStatus.Valid : WindowStatus.NonFinite, axis.Band);
        _rows += finite ? 1 : 0;
        FlushWhenFull();
    }

    public void AddUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status)
    {
        _entries[_count++] = new Entry(axis, lastSampleUnixNs, status, axis.Band);
        FlushWhenFull();
    }

    public void Flush()
    {
        bool isRun = _rows == 0 || TryRun(_rows);
        int row = 0;
        foreach (ref readonly Entry entry in _entries.AsSpan(0, _count))
        {
            if (entry.Status == WindowStatus.Valid && isRun)
            {
                Score(entry, row++);
            }
            else
            {
                Leave(entry, entry.Status == WindowStatus.Valid ? WindowStatus.NonFinite : entry.Status);
            }
        }

        _rows = 0;
        _count = 0;
    }

    /// <summary>
    /// What the model makes of the newest whole window of these samples, for people to see. Null where there is none: the model sees several axes together, fails on it, or it holds
    /// what is no number. Nothing may wait.
    /// </summary>
    public ReconstructedWindow? Reconstruct(ReadOnlySpan<float> newest)
    {
        if (_axes > 1 || newest.Length < _windowSamples || !_input.TryPrepare(newest[^_windowSamples..], _runner.Input(0)) || !TryRun(1))
        {
            return null;
        }

        return new ReconstructedWindow(Model.Description.Name, _binHz, _runner.Input(0).ToArray(), _runner.Output(0).ToArray());
    }

    public void Dispose() => _runner.Dispose();

    /// <summary>A model whose work depends on its data may ask for too much, or fail, on some windows only: they leave without a score.</summary>
    private bool TryRun(int rows)
    {
        try
        {
            _runner.Run(rows);
            return true;
        }
        catch (ModelRunException e)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                Log.ModelFailed(_logger, Model.Description.Name, e.Reason);
            }

            return false;
        }
    }

    private void FlushWhenFull()
    {
        if (_rows == _runner.MaxBatch || _count == _entries.Length)
        {
            Flush();
        }
    }

    private void Score(in Entry entry, int row)
    {
        _metrics.Evaluate(_runner.Input(row), _runner.Output(row), _values, _axisValues);
        foreach (float value in _values)
        {
            if (!float.IsFinite(value))
            {
                Leave(entry, WindowStatus.NonFinite);
                return;
            }
        }

        if (Assignment.Role == ModelRole.Shadow)
        {
            ScoreAsShadow(entry);
            return;
        }

        entry.Axis.Calibration.Enter(entry.Band);
        ScoreBatch batch = _output.Batch;
        var view = new ModelView(_runner.Input(row), _runner.Output(row), _binHz, _axisValues, _axes);
        foreach (AlarmTracker alarm in entry.Axis.ModelAlarms)
        {
            if (alarm.Next(_values, entry.LastSampleUnixNs) is { } transition)
            {
                batch.Append(entry.Axis.Explain(transition, alarm, Model, _values, view));
            }
        }

        WindowScore window = WindowOf(entry, entry.Axis.State, entry.Axis.Calibration.Yardstick) with { Threshold = entry.Axis.ScoreThreshold };
        _output.Append(entry.Axis, window, _values);
        entry.Axis.OnScored(window, view, batch);
    }

    /// <summary>A shadow's alarms are kept, and nobody hears of them.</summary>
    private void ScoreAsShadow(in Entry entry)
    {
        AlarmTracker[] alarms = entry.Axis.Shadow!.AlarmsIn(entry.Band);
        foreach (AlarmTracker alarm in alarms)
        {
            _ = alarm.Next(_values, entry.LastSampleUnixNs);
        }

        _output.Batch.AppendShadow(WindowOf(entry, AxisAlarms.MostSevere(alarms), Model.In(entry.Band)), _values);
    }

    private WindowScore WindowOf(in Entry entry, AlarmState state, Yardstick yardstick) => new()
    {
        Stream = entry.Axis.Stream,
        Model = Model.Description,
        TimeUnixNs = entry.LastSampleUnixNs,
        Status = yardstick.IsCalibrated ? WindowStatus.Valid : WindowStatus.NotCalibrated,
        State = state,
        Score = _values[0],
        PValue = yardstick.Healthy?.PValue(_values[0]) ?? float.NaN,
        Threshold = yardstick.ScoreThreshold,
        Band = entry.Band?.Name,
    };

    /// <summary>A window without a score; the live model has told why, or will.</summary>
    private void Leave(in Entry entry, WindowStatus status)
    {
        if (Assignment.Role == ModelRole.Live)
        {
            _output.AppendUnscored(entry.Axis, entry.LastSampleUnixNs, status);
        }
    }

    private readonly record struct Entry(AxisState Axis, long LastSampleUnixNs, WindowStatus Status, OperatingBand? Band);
}
