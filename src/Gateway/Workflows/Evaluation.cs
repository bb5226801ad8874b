using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Workflows;

/// <summary>How well a model's metrics tell faulty recordings from healthy ones, window by window and alarm by alarm.</summary>
internal static class Evaluation
{
    /// <summary>Scores both groups and compares them at the level at which a rule with default settings raises.</summary>
    public static EvaluationResult Run(AutoencoderModel model, IReadOnlyList<Signal> healthy, IReadOnlyList<Signal> faulty)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[][] healthyRuns = [.. healthy.Select(signal => Score(model, scorer, signal))], faultyRuns = [.. faulty.Select(signal => Score(model, scorer, signal))];
        List<float>[] healthyScores = Join(model, healthyRuns), faultyScores = Join(model, faultyRuns);
        IReadOnlyList<string> metrics = model.Description.Metrics;
        return new EvaluationResult(
            new WindowCounts(healthyScores[0].Count, faultyScores[0].Count),
            faulty.Count,
            metrics.Select((metric, i) => (metric, score: Compare(model, metric, healthyScores[i], faultyScores[i]) with
            {
                HealthyAlarms = healthyRuns.Sum(run => AlarmTrial.Run(Rule(model, metric), run[i]).Raises),
                FaultyAlarmed = faultyRuns.Count(run => AlarmTrial.Run(Rule(model, metric), run[i]).Raises > 0),
            })).ToDictionary(p => p.metric, p => p.score));
    }

    private static List<float>[] Score(AutoencoderModel model, RecordingScorer scorer, Signal signal)
    {
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        scorer.Score(signal.Samples, model.Metadata.HopSamples, scores);
        return scores;
    }

    private static List<float>[] Join(AutoencoderModel model, List<float>[][] runs) =>
        [.. model.Description.Metrics.Select((_, i) => runs.SelectMany(run => run[i]).ToList())];

    private static AlarmRule Rule(AutoencoderModel model, string metric) => new AlarmRuleOptions { Metric = metric }.Resolve(model);

    private static MetricEvaluation Compare(AutoencoderModel model, string metric, List<float> healthy, List<float> faulty)
    {
        double[] h = [.. healthy.Select(score => (double)score)], f = [.. faulty.Select(score => (double)score)];
        AlarmRule rule = Rule(model, metric);
        double level = rule.RaiseLevel;
        bool hasLevel = !double.IsNaN(level);
        return new MetricEvaluation(
            Discrimination.AreaUnderRoc(h, f),
            hasLevel ? level : null,
            hasLevel ? Discrimination.AlarmRate(h, level) : null,
            hasLevel ? Discrimination.AlarmRate(f, level) : null,
            rule.LevelOrigin);
    }
}

/// <summary>Result of an evaluation.</summary>
internal sealed record EvaluationResult(WindowCounts Windows, int FaultyRecordings, IReadOnlyDictionary<string, MetricEvaluation> Scores)
{
    /// <summary>The rates that the recordings were taken to have.</summary>
    public RatesUsed? SampleRates { get; init; }
}

/// <summary>Sampling rates, Hz.</summary>
/// <param name="Model">What everything was decimated to.</param>
/// <param name="Healthy">Of the healthy recordings, each rate once.</param>
/// <param name="Faulty">Of the faulty ones.</param>
internal sealed record RatesUsed(double Model, IReadOnlyList<double> Healthy, IReadOnlyList<double> Faulty);

/// <summary>Windows scored in each group.</summary>
internal sealed record WindowCounts(int Healthy, int Faulty);

/// <summary>One metric's evaluation; what needs a threshold is null when the model has no calibration.</summary>
/// <param name="Auroc">Area under the ROC curve over windows.</param>
/// <param name="Threshold">The raise level of a rule with default settings.</param>
/// <param name="FalseAlarmRate">Share of healthy windows at or above it.</param>
/// <param name="DetectionRate">Share of faulty windows at or above it.</param>
/// <param name="ThresholdOrigin">Where the level comes from.</param>
internal sealed record MetricEvaluation(double Auroc, double? Threshold, double? FalseAlarmRate, double? DetectionRate, string ThresholdOrigin)
{
    /// <summary>How often the running rule raises over the healthy recordings.</summary>
    public int HealthyAlarms { get; init; }

    /// <summary>Faulty recordings over which it raises.</summary>
    public int FaultyAlarmed { get; init; }
}
