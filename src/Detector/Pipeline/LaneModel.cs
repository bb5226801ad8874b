using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Pipeline;

/// <summary>The parts of a model assignment that each scored window carries or is judged by. Immutable.</summary>
internal sealed class LaneModel
{
    private LaneModel(ScoredModel description, IReadOnlyList<AlarmRule> rules, ScoreDistribution? healthy)
    {
        Description = description;
        Rules = rules;
        Healthy = healthy;
        double[] levels = [.. rules.Where(rule => rule.MetricIndex == 0 && !double.IsNaN(rule.RaiseLevel)).Select(rule => rule.RaiseLevel)];
        ScoreThreshold = levels.Length == 0 ? float.NaN : (float)levels.Min();
        IsCalibrated = rules.Any(rule => !double.IsNaN(rule.RaiseLevel));
    }

    /// <summary>Stands for "no model".</summary>
    public static LaneModel None { get; } = new(ScoredModel.None, [], null);

    public ScoredModel Description { get; }

    /// <summary>The revision's <see cref="ModelFile.Hash"/>; empty without a model.</summary>
    public string Revision { get; private init; } = "";

    public IReadOnlyList<AlarmRule> Rules { get; }

    /// <summary>Healthy distributions of the metrics; null without a calibration.</summary>
    public CalibrationTable? Calibration { get; private init; }

    /// <summary>Stands for the scores without a model; the score is the greatest of the watched deviations, so they share its level.</summary>
    public static LaneModel OfBaseline(BaselineOptions options) =>
        new(BaselineScores.Description, BaselineScores.Rules(options), null) { ScoreThreshold = (float)options.RaiseSigma };

    /// <summary>Healthy distribution of the score (the first metric); null without a calibration.</summary>
    public ScoreDistribution? Healthy { get; }

    /// <summary>The least level at which a rule on the score raises; NaN when there is none.</summary>
    public float ScoreThreshold { get; private init; }

    /// <summary>True when at least one rule has levels.</summary>
    public bool IsCalibrated { get; }

    public static LaneModel Of(ModelAssignment assignment)
    {
        AutoencoderModel model = assignment.Model;
        return new LaneModel(
            model.Description, assignment.Rules, model.Metadata.Calibration?.Metrics.GetValueOrDefault(model.Description.Metrics[0]))
        {
            Revision = model.Hash,
            Calibration = model.Metadata.Calibration,
        };
    }
}
