using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Workflows;

/// <summary>How well a model's metrics tell faulty recordings from healthy ones, window by window and alarm by alarm.</summary>
internal static class Evaluation
{
    // Enough for a drawing; the best thresholds are exact whatever it is.
    private const int CurvePoints = 60;

    /// <summary>
    /// Scores both groups and compares them at the level at which a rule with default settings raises. Windows of faulty recordings that hold no sample of a fault count as healthy.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="healthy">Without a fault.</param>
    /// <param name="faulty">With one, somewhere.</param>
    /// <param name="faults">Where, for each faulty recording; null for all of it.</param>
    /// <exception cref="UsageException">A group has no window.</exception>
    public static EvaluationResult Run(AutoencoderModel model, AxisRecordings healthy, AxisRecordings faulty, IReadOnlyList<FaultSpans>? faults = null)
    {
        using var scorer = new RecordingScorer(model);
        ScoredRecording[] runs =
        [
            .. healthy.Samples.Whole.Select(range => ScoredRecording.Of(scorer, model, healthy, range, new FaultSpans([]))),
            .. faulty.Samples.Whole.Select((range, i) => ScoredRecording.Of(scorer, model, faulty, range, faults?[i] ?? FaultSpans.Whole)),
        ];
        int broken = runs.Sum(run => run.IsFaulty.Count(isFaulty => isFaulty)), sound = runs.Sum(run => run.IsFaulty.Length) - broken;
        if (broken == 0 || sound == 0)
        {
            throw new UsageException($"there are {sound} healthy and {broken} faulty windows of {model.Metadata.WindowSamples} samples, expected some of each");
        }

        return new EvaluationResult(
            new WindowCounts(sound, broken),
            faulty.Lengths.Count,
            model.Description.Metrics.Select((metric, i) => (metric, score: Compare(model, metric, Of(runs, i, isFaulty: false), Of(runs, i, isFaulty: true)) with
            {
                Events = new EventEvaluation(Events(model, metric, [.. runs.Select(run => (run, run.Scores[i]))])),
            })).ToDictionary(p => p.metric, p => p.score));
    }

    /// <summary>The running alarm over all recordings.</summary>
    private static EventScores Events(AutoencoderModel model, string metric, IReadOnlyList<(ScoredRecording Recording, List<float> Scores)> runs)
    {
        AlarmRule rule = Rule(model, metric);
        double hopSeconds = model.Metadata.HopSamples / model.Metadata.SampleRateHz;
        EventScores[] scores = [.. runs.Select(run => run.Recording.Faults.Judge(AlarmTrial.Standing(rule, run.Scores, hopSeconds), run.Recording.Starts, model.Metadata))];
        return new EventScores([.. scores.SelectMany(score => score.Delays)], scores.Sum(score => score.FalseEvents));
    }

    private static List<float> Of(ScoredRecording[] runs, int metric, bool isFaulty) =>
        [.. runs.SelectMany(run => run.Scores[metric].Where((_, window) => run.IsFaulty[window] == isFaulty))];

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
    /// <summary>How often the running rule raises where nothing is faulty.</summary>
    public int HealthyAlarms => Events.FalseEvents;

    /// <summary>Events that it finds.</summary>
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

/// <summary>
/// Alarms event by event; delays are in seconds from the beginning of each event to the end of the window at which an alarm stands, null where none does. An event is a faulty recording, or what of it shows the fault.
/// </summary>
internal sealed record EventEvaluation(int Events, int Found, int FalseEvents, double Precision, double Recall, double F1, IReadOnlyList<double?> DelaySeconds, double? MeanDelaySeconds)
{
    public EventEvaluation(EventScores scores)
        : this(scores.Events, scores.Found, scores.FalseEvents, scores.Precision, scores.Recall, scores.F1, scores.Delays, scores.MeanDelay) =>
        Intervals = EventIntervals.Of(scores);

    /// <summary>The figures with their 95 % confidence intervals; that of the delay is in seconds.</summary>
    public EventIntervals? Intervals { get; init; }
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
