using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
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
            model.Description.Metrics.Select((metric, i) => (metric, score: Compare(model, runs, i))).ToDictionary(p => p.metric, p => p.score))
        {
            LeftOut = new WindowCounts(runs.Take(healthy.Lengths.Count).Sum(run => run.LeftOut), runs.Skip(healthy.Lengths.Count).Sum(run => run.LeftOut)),
            TrainedOn = model.Metadata.Anchors.Length == 0 ? null : TrainingAnchors.Overlap(model.Metadata.Anchors, healthy.Anchored(healthy.Samples.Whole)),
        };
    }

    private static MetricEvaluation Compare(AutoencoderModel model, ScoredRecording[] runs, int metric)
    {
        double[] healthy = Of(runs, metric, isFaulty: false), faulty = Of(runs, metric, isFaulty: true);
        AlarmRule rule = new AlarmRuleOptions { Metric = model.Description.Metrics[metric] }.Resolve(model);
        double? threshold = double.IsNaN(rule.RaiseLevel) ? null : rule.RaiseLevel;
        ThresholdCurve curve = ThresholdCurve.Of(healthy, faulty);
        EventEvaluation events = Events(model, rule, runs, metric);
        return new MetricEvaluation(threshold, rule.LevelOrigin)
        {
            Figures = ScoreEvaluation.Of(healthy, faulty, threshold, Overlap(model.Metadata)),
            Events = events,
            BestF1 = curve.BestF1,
            BestBalanced = curve.BestBalanced,
            Curve = curve.Thinned(CurvePoints),
        };
    }

    /// <summary>Windows that share samples with one of them, itself included.</summary>
    internal static int Overlap(ModelMetadata model) => (int)Math.Ceiling(model.WindowSamples / (double)model.HopSamples);

    /// <summary>The running alarm over all recordings.</summary>
    private static EventEvaluation Events(AutoencoderModel model, AlarmRule rule, ScoredRecording[] runs, int metric)
    {
        double hopSeconds = model.Metadata.HopSamples / model.Metadata.SampleRateHz;
        bool[][] alarms = [.. runs.Select(run => AlarmTrial.Standing(rule, run.Scores[metric], hopSeconds))];
        EventScores[] scores = [.. runs.Zip(alarms, (run, standing) => run.Faults.Judge(standing, run.Starts, model.Metadata))];
        var together = new EventScores([.. scores.SelectMany(score => score.Delays)], scores.Sum(score => score.FalseEvents)) { AlreadyRaised = scores.Sum(score => score.AlreadyRaised) };
        bool[] healthy = [.. runs.Zip(alarms, (run, standing) => standing.Where((_, window) => !run.IsFaulty[window])).SelectMany(standing => standing)];
        return new EventEvaluation(together, EventIntervals.Of(together), TimeInAlarm.Of(healthy, hopSeconds));
    }

    private static double[] Of(ScoredRecording[] runs, int metric, bool isFaulty) =>
        [.. runs.SelectMany(run => run.Scores[metric].Where((_, window) => run.IsFaulty[window] == isFaulty)).Select(score => (double)score)];
}

/// <summary>Result of an evaluation.</summary>
internal sealed record EvaluationResult(WindowCounts Windows, int FaultyRecordings, IReadOnlyDictionary<string, MetricEvaluation> Scores)
{
    /// <summary>Windows of the healthy and of the faulty recordings that have no score, because a sample of them is missing or not finite.</summary>
    public WindowCounts LeftOut { get; init; } = new(0, 0);

    /// <summary>About which share of what the model was trained on the healthy recordings hold, 0 to 1; null where the file does not tell.</summary>
    public double? TrainedOn { get; init; }

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
/// <param name="Threshold">The raise level of a rule with default settings.</param>
/// <param name="ThresholdOrigin">Where the level comes from.</param>
internal sealed record MetricEvaluation(double? Threshold, string ThresholdOrigin)
{
    /// <summary>Areas over windows and, at the threshold, rates, each with its 95 % confidence interval.</summary>
    public required ScoreEvaluation Figures { get; init; }

    /// <summary>What the running rule makes of recordings as events.</summary>
    public required EventEvaluation Events { get; init; }

    /// <summary>The threshold with the highest F1 on these recordings; chosen with the faults in view, so a bound and no promise.</summary>
    public required ThresholdPoint BestF1 { get; init; }

    /// <summary>The one with the highest balanced accuracy.</summary>
    public required ThresholdPoint BestBalanced { get; init; }

    /// <summary>From the strictest threshold to the most lenient.</summary>
    public required IReadOnlyList<ThresholdPoint> Curve { get; init; }
}

/// <summary>Alarms event by event. An event is a faulty recording, or each stretch of it that shows the fault.</summary>
/// <param name="Scores">Delays are in seconds, as <see cref="FaultSpans.Judge"/> counts them.</param>
/// <param name="Intervals">The figures with their 95 % confidence intervals; that of the delay is in seconds.</param>
/// <param name="HealthyInAlarm">What counting alarms does not show: one that never clears is one.</param>
internal sealed record EventEvaluation(EventScores Scores, EventIntervals Intervals, TimeInAlarm HealthyInAlarm);

/// <summary>How long an alarm stood.</summary>
/// <param name="Share">Of the windows.</param>
/// <param name="Hours">Each window counted as long as the hop.</param>
/// <param name="OfHours">All windows counted so.</param>
internal sealed record TimeInAlarm(double Share, double Hours, double OfHours)
{
    public static TimeInAlarm Of(IReadOnlyCollection<bool> standing, double hopSeconds)
    {
        const double hour = 3600;
        int raised = standing.Count(stands => stands);
        return new TimeInAlarm(raised / (double)standing.Count, raised * hopSeconds / hour, standing.Count * hopSeconds / hour);
    }
}
