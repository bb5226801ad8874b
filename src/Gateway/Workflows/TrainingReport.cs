using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Workflows;

/// <summary>What a report asks of a training: metrics to follow, and a look at what came of it.</summary>
/// <param name="Faulty">Recordings with a fault, axis by axis as those of the training; empty for none. They decide nothing.</param>
/// <param name="Spool">Their samples, if they have none themselves.</param>
internal sealed record TrainingReport(IReadOnlyList<Signal> Faulty, SampleSpool? Spool = null)
{
    // Judged beside the model's own: the two that everybody knows.
    private static readonly string[] AlwaysJudged = ["mse", "mae"];

    // Every metric that differences of normalised samples have, and beside them all spectral lines. Not msle, because samples less their mean are negative half of the time; not exceedance,
    // because its level is one of samples, and calibration sets levels of scores only.
    private static readonly string[] Standard = ["mse", "mae", "sad", "lmse", "lmse-max", "relative", "fl(mae)", "fl(relative)"];

    /// <summary>The options with the metrics to follow, those left out that windows of this model cannot have.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="metrics">The model's own.</param>
    /// <param name="windowSamples">Length of a window on each axis.</param>
    /// <param name="axes">Axes that the model sees together.</param>
    public static TrainingOptions Follow(TrainingOptions options, IEnumerable<MetricExpression> metrics, int windowSamples, int axes) => options with
    {
        Axes = axes,
        Track = [.. Judged(options, metrics).Concat(Standard).Append(string.Create(CultureInfo.InvariantCulture, $"fft(1..{windowSamples / 2})"))
            .Distinct().Where(metric => (options with { Axes = axes, Track = [metric] }).Validate().Count == 0)],
    };

    /// <summary>The loss and the metrics that somebody chose: findings are made of them.</summary>
    private static IReadOnlyList<string> Judged(TrainingOptions options, IEnumerable<MetricExpression> metrics) =>
        TrainingCurves.Track(options.Loss, [.. options.StopOn.Length > 0 ? [options.StopOn] : Array.Empty<string>(), .. metrics.Select(metric => metric.Text), .. AlwaysJudged]);

    /// <summary>The recordings with a fault, for the model that will see the others; null without any.</summary>
    /// <param name="samples">Those of the training.</param>
    /// <exception cref="UsageException">Their axes are not those of the training.</exception>
    public AxisRecordings? FaultyBeside(AxisRecordings samples) =>
        Faulty.Count == 0 ? null : new AxisRecordings(Faulty, samples.Names.Count, Spool, samples);

    /// <summary>Looks at the finished training.</summary>
    /// <param name="model">The network.</param>
    /// <param name="onnx">Its file.</param>
    /// <param name="validation">Windows that decided when to stop.</param>
    /// <param name="samples">All recordings.</param>
    /// <param name="split">What they were used for.</param>
    /// <param name="faulty">See <see cref="FaultyBeside"/>.</param>
    public static TrainingStudy Study(TrainedModel model, byte[] onnx, IWindowSource validation, AxisRecordings samples, BlockedSplit split, AxisRecordings? faulty)
    {
        using AutoencoderModel loaded = AutoencoderModel.Load("training", onnx);
        string metric = loaded.Description.Metrics[0];
        AlarmRule rule = new AlarmRuleOptions { Metric = metric }.Resolve(loaded);
        return TrainingStudy.Of(model, validation) with
        {
            AxisNames = samples.Names,
            ShownOnly = [.. model.Options.Track.Except(Judged(model.Options, loaded.Metadata.Metrics))],
            Recordings = [.. split.Train.GroupBy(range => range.Recording).Select(ranges => (samples.RecordingNames[ranges.Key], ranges.Sum(range => (long)range.Length)))],
            Scores = new ScoreComparison(metric, Score(loaded, samples, split.Calibration), Score(loaded, faulty, faulty?.Samples.Whole ?? []), double.IsFinite(rule.RaiseLevel) ? rule.RaiseLevel : null)
            {
                Overlap = Evaluation.Overlap(loaded.Metadata),
                Origin = rule.LevelOrigin,
                CalibrationWindows = loaded.Metadata.HealthyScores?.LeastWindows,
            },
        };
    }

    private static double[] Score(AutoencoderModel model, AxisRecordings? recordings, IReadOnlyList<SampleRange> ranges)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        foreach (SampleRange range in ranges)
        {
            recordings!.Score(scorer, model.Metadata, range, model.Metadata.HopSamples, scores);
        }

        return [.. scores[0].Where(float.IsFinite).Select(score => (double)score)];
    }
}
