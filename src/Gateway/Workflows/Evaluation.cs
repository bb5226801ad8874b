using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Workflows;

/// <summary>How well a model's metrics tell faulty recordings from healthy ones, window by window.</summary>
internal static class Evaluation
{
    /// <summary>Scores both groups and compares them at the level at which a rule with default settings raises.</summary>
    public static EvaluationResult Run(AutoencoderModel model, IReadOnlyList<Signal> healthy, IReadOnlyList<Signal> faulty)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[] healthyScores = Score(model, scorer, healthy), faultyScores = Score(model, scorer, faulty);
        IReadOnlyList<string> metrics = model.Description.Metrics;
        return new EvaluationResult(
            new WindowCounts(healthyScores[0].Count, faultyScores[0].Count),
            metrics.Select((metric, i) => (metric, score: Compare(model, metric, healthyScores[i], faultyScores[i]))).ToDictionary(p => p.metric, p => p.score));
    }

    private static List<float>[] Score(AutoencoderModel model, RecordingScorer scorer, IReadOnlyList<Signal> signals)
    {
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        foreach (Signal signal in signals)
        {
            scorer.Score(signal.Samples, model.Metadata.HopSamples, scores);
        }

        return scores;
    }

    private static MetricEvaluation Compare(AutoencoderModel model, string metric, List<float> healthy, List<float> faulty)
    {
        double[] h = [.. healthy.Select(score => (double)score)], f = [.. faulty.Select(score => (double)score)];
        double level = new AlarmRuleOptions { Metric = metric }.Resolve(model).RaiseLevel;
        bool hasLevel = !double.IsNaN(level);
        return new MetricEvaluation(
            Discrimination.AreaUnderRoc(h, f),
            hasLevel ? level : null,
            hasLevel ? Discrimination.AlarmRate(h, level) : null,
            hasLevel ? Discrimination.AlarmRate(f, level) : null);
    }
}

/// <summary>Result of an evaluation.</summary>
internal sealed record EvaluationResult(WindowCounts Windows, IReadOnlyDictionary<string, MetricEvaluation> Scores);

/// <summary>Windows scored in each group.</summary>
internal sealed record WindowCounts(int Healthy, int Faulty);

/// <summary>One metric's evaluation; what needs a threshold is null when the model has no calibration.</summary>
/// <param name="Auroc">Area under the ROC curve over windows.</param>
/// <param name="Threshold">The calibrated raise level.</param>
/// <param name="FalseAlarmRate">Share of healthy windows at or above it.</param>
/// <param name="DetectionRate">Share of faulty windows at or above it.</param>
internal sealed record MetricEvaluation(double Auroc, double? Threshold, double? FalseAlarmRate, double? DetectionRate);
