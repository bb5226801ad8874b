using Microsoft.Extensions.Logging;
using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>Finds what suits the axes of a shard: the lane of their model, their baseline's, both, or neither. Not thread-safe.</summary>
internal sealed class FittingDesk(BaselineOptions options, JointDesk joints, CutTable cuts, ShardOutput output, ILogger logger)
{
    // A sensor's crystal is off by some hundred parts per million at most; a wrong setting is off by far more.
    private const double RateTolerance = 1e-3;

    private readonly UnscoredLane _unscored = new(output);
    private readonly BaselineLanes _baselines = new(options, output, logger);

    /// <summary>What suits an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="lane">The lane of the model that its name matches; null for none.</param>
    /// <param name="sampleRateHz">Its rate.</param>
    public Fitting Fit(AxisId axis, ModelLane? lane, double sampleRateHz)
    {
        BaselineLane? baseline = _baselines.IsEnabled ? _baselines.For(sampleRateHz) : null;
        if (lane is not null && lane.Assignment.Model.Metadata is var model && FitsRate(model, sampleRateHz))
        {
            BaselineLane? beside = _baselines.AreBesideModels ? baseline : null;
            WindowerOptions cut = cuts.Of(model.WindowSamples, model.HopSamples);
            if (!model.Axes.IsJoint)
            {
                return new Fitting(lane, cut) { Baseline = beside };
            }

            if (joints.Open(axis, lane, cut) is { } joint)
            {
                return new Fitting(lane, cut with { IsJoint = true }, joint) { Baseline = beside };
            }
        }

        return baseline is null
            ? new Fitting(_unscored, cuts.OncePerSecond(sampleRateHz))
            : new Fitting(baseline, cuts.Of(baseline.WindowSamples, baseline.WindowSamples)) { Baseline = baseline, Learns = lane is null };
    }

    private static bool FitsRate(ModelMetadata model, double sampleRateHz) =>
        Math.Abs(sampleRateHz - model.SampleRateHz) <= RateTolerance * model.SampleRateHz;

    /// <summary>Says once per axis that no model fits: a sensor that keeps changing its rate must not fill the log.</summary>
    public void Report(AxisState state, ModelLane? lane)
    {
        if (state.IsReported)
        {
            return;
        }

        bool isScored = state.Model != LaneModel.None;
        if (lane is null)
        {
            state.IsReported = true;
            if (!isScored)
            {
                Log.NoModel(logger, state.Stream.Id);
            }
        }
        else if (lane.Assignment.Model is var model && !FitsRate(model.Metadata, state.SampleRateHz))
        {
            state.IsReported = true;
            Log.RateMismatch(
                logger, state.Stream.Id, state.SampleRateHz, model.Path, model.Metadata.SampleRateHz,
                isScored ? "it is scored against its own baseline" : "its windows get the status noModel");
        }
    }
}
