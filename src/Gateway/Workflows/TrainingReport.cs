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
internal sealed record TrainingReport(IReadOnlyList<Signal> Faulty)
{
    // Followed beside the model's own: the two that everybody knows.
    private static readonly string[] AlwaysFollowed = ["mse", "mae"];

    /// <summary>The options with the metrics to follow, those that cannot be a loss left out.</summary>
    public static TrainingOptions Follow(TrainingOptions options, IEnumerable<MetricExpression> metrics) => options with
    {
        Track = [.. TrainingCurves.Track(options.Loss, [.. options.Track, .. options.StopOn.Length > 0 ? [options.StopOn] : Array.Empty<string>(), .. metrics.Select(metric => metric.Text), .. AlwaysFollowed])
            .Where(metric => (options with { Track = [metric] }).Validate().Count == 0)],
    };

    /// <summary>The recordings with a fault, for the model that will see the others; null without any.</summary>
    /// <param name="samples">Those of the training.</param>
    /// <exception cref="UsageException">Their axes are not those of the training.</exception>
    public AxisRecordings? FaultyBeside(AxisRecordings samples)
    {
        AxisRecordings? faulty = Faulty.Count == 0 ? null : new AxisRecordings(Faulty, samples.Names.Count);
        return faulty is null || samples.Names.Count == 1 || faulty.Names.SequenceEqual(samples.Names)
            ? faulty
            : throw new UsageException($"the faulty recordings have the axes {string.Join(", ", faulty.Names)}, expected those of the training, {string.Join(", ", samples.Names)}, in that order (--axis names them)");
    }

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
        double level = new AlarmRuleOptions { Metric = metric }.Resolve(loaded).RaiseLevel;
        return TrainingStudy.Of(model, validation) with
        {
            Axes = samples.Names.Count,
            Recordings = [.. split.Train.GroupBy(range => range.Recording).Select(ranges => (samples.RecordingNames[ranges.Key], ranges.Sum(range => (long)range.Length)))],
            Scores = new ScoreComparison(metric, Score(loaded, split.Calibration.Select(samples.Stretch)), Score(loaded, faulty?.Whole ?? []), double.IsFinite(level) ? level : null) { Overlap = Evaluation.Overlap(loaded.Metadata) },
        };
    }

    private static double[] Score(AutoencoderModel model, IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> recordings)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        foreach (IReadOnlyList<ReadOnlyMemory<float>> recording in recordings)
        {
            scorer.Score(recording, model.Metadata.HopSamples, scores);
        }

        return [.. scores[0].Where(float.IsFinite).Select(score => (double)score)];
    }
}
