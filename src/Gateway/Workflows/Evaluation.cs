using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Workflows;

/// <summary>How well a model's metrics tell faulty recordings from healthy ones, window by window and alarm by alarm.</summary>
internal static class Evaluation
{
    // Enough for a drawing; the best thresholds are exact whatever it is.
    private const int CurvePoints = 60;

    /// <summary>Scores both groups and compares them at the level at which a rule with default settings raises.</summary>
    public static EvaluationResult Run(AutoencoderModel model, AxisRecordings healthy, AxisRecordings faulty)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[][] healthyRuns = [.. healthy.Whole.Select(axes => Score(model, scorer, axes))], faultyRuns = [.. faulty.Whole.Select(axes => Score(model, scorer, axes))];
        List<float>[] healthyScores = Join(model, healthyRuns), faultyScores = Join(model, faultyRuns);
        IReadOnlyList<string> metrics = model.Description.Metrics;
        return new EvaluationResult(
            new WindowCounts(healthyScores[0].Count, faultyScores[0].Count),
            faultyRuns.Length,
            metrics.Select((metric, i) => (metric, score: Compare(model, metric, healthyScores[i], faultyScores[i]) with
            {
                Events = new EventEvaluation(Alarms(model, metric, [.. healthyRuns.Select(run => run[i])], [.. faultyRuns.Select(run => run[i])])),
            })).ToDictionary(p => p.metric, p => p.score));
    }

    /// <summary>The running alarm, each faulty recording being one event that begins with it: it can be raised at the end of a first window at the earliest.</summary>
    private static EventScores Alarms(AutoencoderModel model, string metric, List<float>[] healthy, List<float>[] faulty)
    {
        AlarmRule rule = Rule(model, metric);
        ModelMetadata metadata = model.Metadata;
        int[] first = [.. faulty.Select(run => AlarmTrial.Run(rule, run).FirstRaise)];
        return new EventScores(
            [.. first.Select(index => index < 0 ? (double?)null : ((index * (double)metadata.HopSamples) + metadata.WindowSamples) / metadata.SampleRateHz)],
            healthy.Sum(run => AlarmTrial.Run(rule, run).Raises));
    }

    private static List<float>[] Score(AutoencoderModel model, RecordingScorer scorer, IReadOnlyList<ReadOnlyMemory<float>> axes)
    {
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        scorer.Score(axes, model.Metadata.HopSamples, scores);
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
        double? threshold = double.IsNaN(level) ? null : level;
        int overlap = (int)Math.Ceiling(model.Metadata.WindowSamples / (double)model.Metadata.HopSamples);
        ScoreEvaluation all = ScoreEvaluation.Of(h, f, threshold, overlap);
        ThresholdCurve curve = ThresholdCurve.Of(h, f);
        return new MetricEvaluation(all.Auroc.Value, threshold, all.FalseAlarmRate?.Value, all.Recall?.Value, rule.LevelOrigin)
        {
            Figures = all,
            BestF1 = ThresholdRates.Of(curve.BestF1),
            BestBalanced = ThresholdRates.Of(curve.BestBalanced),
            Curve = [.. curve.Thinned(CurvePoints).Select(ThresholdRates.Of)],
        };
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
    public int HealthyAlarms => Events.FalseEvents;

    /// <summary>Faulty recordings over which it raises.</summary>
    public int FaultyAlarmed => Events.Found;

    /// <summary>Areas and, at the threshold, rates, each with its 95 % confidence interval.</summary>
    public required ScoreEvaluation Figures { get; init; }

    /// <summary>What the running rule makes of recordings as events.</summary>
    public EventEvaluation Events { get; init; } = new(new EventScores([], 0));

    /// <summary>The threshold with the highest F1 on these recordings; chosen with the faults in view, so a bound and no promise.</summary>
    public required ThresholdRates BestF1 { get; init; }

    /// <summary>The one with the highest balanced accuracy.</summary>
    public required ThresholdRates BestBalanced { get; init; }

    /// <summary>From the strictest threshold to the most lenient.</summary>
    public required IReadOnlyList<ThresholdRates> Curve { get; init; }
}

/// <summary>Each faulty recording is one event; delays are in seconds from its beginning to the end of the window that raises, null where none does.</summary>
internal sealed record EventEvaluation(int Events, int Found, int FalseEvents, double Precision, double Recall, double F1, IReadOnlyList<double?> DelaySeconds, double? MeanDelaySeconds)
{
    public EventEvaluation(EventScores scores)
        : this(scores.Events, scores.Found, scores.FalseEvents, scores.Precision, scores.Recall, scores.F1, scores.Delays, scores.MeanDelay)
    {
    }
}

/// <summary>The rates that a threshold gives over windows.</summary>
internal sealed record ThresholdRates(double Threshold, double F1, double Precision, double Recall, double FalseAlarmRate, double MissedAlarmRate, double BalancedAccuracy)
{
    public static ThresholdRates Of(ThresholdPoint point)
    {
        ConfusionCounts counts = point.Counts;
        return new ThresholdRates(point.Threshold, counts.F1, counts.Precision, counts.Recall, counts.FalseAlarmRate, counts.MissedAlarmRate, counts.BalancedAccuracy);
    }
}
