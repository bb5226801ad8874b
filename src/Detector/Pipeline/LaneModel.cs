using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Pipeline;

/// <summary>The parts of a model assignment that each scored window carries or is judged by. A shard owns it.</summary>
internal sealed class LaneModel
{
    private readonly ModelMetadata? _metadata;
    private readonly Yardstick _whole;
    private readonly Dictionary<OperatingBand, Yardstick> _bands = [];

    private LaneModel(ScoredModel description, Yardstick whole, ModelMetadata? metadata = null)
    {
        Description = description;
        _whole = whole;
        _metadata = metadata;
    }

    /// <summary>Stands for "no model".</summary>
    public static LaneModel None { get; } = new(ScoredModel.None, Yardstick.None);

    public ScoredModel Description { get; }

    /// <summary>The revision's <see cref="ModelFile.Hash"/>; empty without a model.</summary>
    public string Revision { get; private init; } = "";

    /// <summary>The rules, with their levels where there are no bands.</summary>
    public IReadOnlyList<AlarmRule> Rules => _whole.Rules;

    /// <summary>The least level at which a rule on the score raises where there are no bands; NaN when there is none.</summary>
    public float ScoreThreshold => _whole.ScoreThreshold;

    /// <summary>Stands for the scores without a model; the score is the greatest of the watched deviations, so they share its level.</summary>
    public static LaneModel OfBaseline(BaselineOptions options) =>
        new(BaselineScores.Description, new Yardstick(BaselineScores.Rules(options), null, null) { ScoreThreshold = (float)options.RaiseSigma });

    public static LaneModel Of(ModelAssignment assignment)
    {
        AutoencoderModel model = assignment.Model;
        return new LaneModel(model.Description, new Yardstick(assignment.Rules, model.Metadata.Calibration, model.Description.Metrics[0]), model.Metadata)
        {
            Revision = model.Hash,
        };
    }

    /// <summary>What windows of a band are judged by; a baseline learns each band by itself, so its deviations share one.</summary>
    /// <param name="band">The band; null where there are no bands.</param>
    public Yardstick In(OperatingBand? band)
    {
        if (band is null || _metadata is null)
        {
            return _whole;
        }

        return _bands.TryGetValue(band, out Yardstick? yardstick) ? yardstick : Open(band, _metadata);
    }

    // Apart, because the closure would be made for each window otherwise.
    private Yardstick Open(OperatingBand band, ModelMetadata metadata)
    {
        var yardstick = new Yardstick([.. Rules.Select(rule => rule.In(band))], metadata.CalibrationIn(band)?.Table, Description.Metrics[0]);
        _bands.Add(band, yardstick);
        return yardstick;
    }
}
