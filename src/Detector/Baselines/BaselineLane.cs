using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Baselines;

/// <summary>The lane of axes without a model: each window is scored at once against its axis's own baseline. One per window length and shard.</summary>
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
        if (!_features.TryTake(samples, _scores))
        {
            AddUnscored(axis, lastSampleUnixNs, WindowStatus.NonFinite);
            return;
        }

        switch (axis.Baselines!.In(axis.Band).Next(_features.Bins, _scores, _values, _features.Scratch))
        {
            case BaselineStep.Scored:
                Score(axis, lastSampleUnixNs);
                return;
            case BaselineStep.Learned:
                Log.BaselineLearned(_logger, axis.Stream.Id);
                break;
            case BaselineStep.Restarted:
                Log.BaselineRestarted(_logger, axis.Stream.Id);
                break;
        }

        AddUnscored(axis, lastSampleUnixNs, WindowStatus.WarmingUp);
    }

    public void AddUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status)
    {
        axis.Baselines?.Collection?.Break();
        _output.AppendUnscored(axis, lastSampleUnixNs, status);
    }

    public void Flush()
    {
    }

    private void Score(AxisState axis, long lastSampleUnixNs)
    {
        axis.Calibration.Enter(axis.Band);
        ScoreBatch batch = _output.Batch;
        var view = new ModelView(_features.Bins, axis.Baselines!.In(axis.Band).Centres, _features.BinHz(axis.SampleRateHz));
        foreach (AlarmTracker alarm in axis.Alarms)
        {
            if (alarm.Next(_values, lastSampleUnixNs) is { } transition)
            {
                batch.Append(axis.Explain(transition, alarm, _values, view));
            }
        }

        var window = new WindowScore
        {
            Stream = axis.Stream,
            Model = Model.Description,
            TimeUnixNs = lastSampleUnixNs,
            Status = WindowStatus.Valid,
            State = axis.State,
            Score = _values[0],
            PValue = float.NaN,
            Threshold = axis.ScoreThreshold,
        };
        _output.Append(axis, window, _values);
        axis.OnScored(window, view, batch);
        if (axis.Baselines!.Collection is { IsComplete: false } collection)
        {
            Collect(collection, axis, lastSampleUnixNs);
        }
    }

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
