using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Baselines;

/// <summary>
/// The lane of axes that no model fits: each window is scored at once against its axis's own baseline. Axes with a model have windows of their own scored here besides. One per window length and shard.
/// </summary>
internal sealed class BaselineLane : ILane
{
    private readonly BaselineFeatures _features;
    private readonly BaselineOptions _options;
    private readonly ShardOutput _output;
    private readonly ILogger _logger;
    private readonly double[] _scores = new double[BaselineScores.Count];
    private readonly float[] _values = new float[BaselineScores.Values];

    public BaselineLane(int windowSamples, BaselineOptions options, LaneModel model, ShardOutput output, ILogger logger)
    {
        _options = options;
        _features = new BaselineFeatures(windowSamples);
        WindowSamples = windowSamples;
        Model = model;
        _output = output;
        _logger = logger;
    }

    public LaneModel Model { get; }

    /// <summary>Samples per window, and from one window to the next.</summary>
    public int WindowSamples { get; }

    /// <summary>What an axis begins with.</summary>
    public BaselineState NewState(double sampleRateHz) =>
        new(_features.BinCount, WindowCount(_options.Learning, sampleRateHz), WindowCount(_options.Calibration, sampleRateHz));

    /// <summary>What an axis collects to learn a model from; null when it learns none.</summary>
    public HealthyCollection? NewCollection(double sampleRateHz) =>
        _options.Autoencoder.Enabled ? new HealthyCollection(LearningPlan.Of(_options.Autoencoder, sampleRateHz, WindowSamples)) : null;

    public void Add(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        WindowStatus status = Judge(axis, samples, axis.Band);
        if (status == WindowStatus.Valid)
        {
            Score(axis, lastSampleUnixNs);
        }
        else
        {
            AddUnscored(axis, lastSampleUnixNs, status);
        }
    }

    /// <summary>Takes a window of the baseline's own on an axis that a model scores. It leaves in a list of its own, and only with a score: why others have none, the model's windows say.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="samples">The window.</param>
    /// <param name="lastSampleUnixNs">Time of its last sample.</param>
    /// <param name="band">The band of speed or load that it lies in; null without bands.</param>
    public void AddBeside(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs, OperatingBand? band)
    {
        if (Judge(axis, samples, band) != WindowStatus.Valid)
        {
            return;
        }

        // What the model's windows before this one say of the axis must not depend on how many waited.
        if (axis.Member is null && IsMoved(axis.BaselineAlarms))
        {
            axis.Lane.Flush();
        }

        Decide(axis, band, lastSampleUnixNs);
        WindowScore window = WindowOf(axis, lastSampleUnixNs, AxisAlarms.MostSevere(axis.BaselineAlarms), Model.ScoreThreshold) with { Band = band?.Name };
        _output.Batch.AppendBaseline(window, _values);
    }

    public void AddUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status)
    {
        axis.Baselines?.Collection?.Break();
        _output.AppendUnscored(axis, lastSampleUnixNs, status);
    }

    public void Flush()
    {
    }

    /// <summary><see cref="WindowStatus.Valid"/> when the window has values, which are those of the lane until the next.</summary>
    private WindowStatus Judge(AxisState axis, ReadOnlySpan<float> samples, OperatingBand? band)
    {
        if (!_features.TryTake(samples, _scores))
        {
            return WindowStatus.NonFinite;
        }

        switch (axis.Baselines!.In(band).Next(_features.Bins, _scores, _values, _features.Scratch))
        {
            case BaselineStep.Scored:
                return WindowStatus.Valid;
            case BaselineStep.Learned:
                Log.BaselineLearned(_logger, axis.Stream.Id);
                break;
            case BaselineStep.Restarted:
                Log.BaselineRestarted(_logger, axis.Stream.Id);
                break;
        }

        return WindowStatus.WarmingUp;
    }

    private bool IsMoved(AlarmTracker[] alarms)
    {
        foreach (AlarmTracker alarm in alarms)
        {
            if (!alarm.IsUnmovedBy(_values))
            {
                return true;
            }
        }

        return false;
    }

    private ModelView Decide(AxisState axis, OperatingBand? band, long lastSampleUnixNs)
    {
        var view = new ModelView(_features.Bins, axis.Baselines!.In(band).Centres, _features.BinHz(axis.SampleRateHz));
        foreach (AlarmTracker alarm in axis.BaselineAlarms)
        {
            if (alarm.Next(_values, lastSampleUnixNs) is { } transition)
            {
                _output.Batch.Append(axis.Explain(transition, alarm, Model, _values, view));
            }
        }

        return view;
    }

    private void Score(AxisState axis, long lastSampleUnixNs)
    {
        axis.Calibration.Enter(axis.Band);
        ModelView view = Decide(axis, axis.Band, lastSampleUnixNs);
        WindowScore window = WindowOf(axis, lastSampleUnixNs, axis.State, axis.ScoreThreshold) with { Band = axis.Band?.Name };
        _output.Append(axis, window, _values);
        axis.OnScored(window, view, _output.Batch);
        if (axis.Baselines!.Collection is { IsComplete: false } collection)
        {
            Collect(collection, axis, lastSampleUnixNs);
        }
    }

    private WindowScore WindowOf(AxisState axis, long lastSampleUnixNs, AlarmState state, float threshold) => new()
    {
        Stream = axis.Stream,
        Model = Model.Description,
        TimeUnixNs = lastSampleUnixNs,
        Status = WindowStatus.Valid,
        State = state,
        Score = _values[0],
        PValue = float.NaN,
        Threshold = threshold,
    };

    private void Collect(HealthyCollection collection, AxisState axis, long lastSampleUnixNs)
    {
        bool isHealthy = axis.State == AlarmState.Normal && BaselineScores.LooksHealthy(_values, _options.ClearSigma);
        int index = collection.Next(isHealthy, out bool continues);
        if (index < 0)
        {
            return;
        }

        var window = new HealthyWindow
        {
            Stream = axis.Stream,
            SampleRateHz = axis.SampleRateHz,
            WindowSamples = WindowSamples,
            Plan = collection.Plan,
            Index = index,
            Continues = continues,
            Seen = collection.Seen,
            LeftOut = collection.LeftOut,
            TimeUnixNs = lastSampleUnixNs,
        };
        _output.Batch.Append(window, _features.Bins);
    }

    private int WindowCount(TimeSpan time, double sampleRateHz) =>
        (int)Math.Clamp(time.TotalSeconds * sampleRateHz / WindowSamples, 20, int.MaxValue);
}
