using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// What the windows of one axis are judged by now: the yardstick of its model for the band that it is in, or a calibration of its own that an operator put in force. A part of the axis's state.
/// </summary>
internal sealed class AxisCalibration(AxisState axis) : ICheckpointed
{
    public const string Part = "calibration";

    /// <summary>How many calibrations of its own are kept for a band, so that the one before can be put back.</summary>
    public const int MostKept = 4;

    private readonly BandMark _mark = new();

    // In the order in which they were put in force; of each revision and band the last one holds. With the form that is saved: it is long, and never changes.
    private (AxisRecalibration Own, string Json)[] _own = [];

    /// <summary>The band that the last scored window lay in; null without bands.</summary>
    public OperatingBand? Band => _mark.Band;

    /// <summary>What scored windows are judged by.</summary>
    public Yardstick Yardstick { get; private set; } = Yardstick.None;

    /// <summary>Names what the levels that an operator gives hold for: the revision of the model, and the band.</summary>
    public string Key => Band is null ? axis.Model.Revision : $"{axis.Model.Revision}#{Band.Name}";

    private bool IsOfBaseline => axis.Model.Revision.Length == 0;

    /// <summary>The alarms that the yardstick gives levels to: beside a model the baseline's look at other scores.</summary>
    private AlarmTracker[] Judged => IsOfBaseline ? axis.BaselineAlarms : axis.ModelAlarms;

    /// <summary>See <see cref="EvidenceDecision.Calibration"/>.</summary>
    public string Name => OwnIn(Band) is not null ? EvidenceDecision.OwnCalibration : Band is null ? "" : $"band {Band.Name}";

    /// <summary>A window of a band is about to be judged. Behind another yardstick the last scores are of another kind, and are forgotten.</summary>
    public void Enter(OperatingBand? band)
    {
        if (band == Band)
        {
            return;
        }

        Yardstick before = Yardstick;
        _mark.Band = band;
        Apply();
        if (Yardstick != before)
        {
            Array.ForEach(axis.ModelAlarms, alarm => alarm.ForgetScores());
        }
    }

    /// <summary>The calibration of its own that holds in a band; null where its model's does.</summary>
    public AxisRecalibration? OwnIn(OperatingBand? band) => OwnOf(axis.Model.Revision, band);

    /// <summary>A band that it has a calibration of its own for; null where there is none of that name.</summary>
    public OperatingBand? BandNamed(string name) => Array.FindLast(_own, kept => kept.Own.Band?.Name == name).Own?.Band;

    /// <summary>True when the axis has such a scorer.</summary>
    public bool Has(AxisScorer scorer) => scorer switch
    {
        AxisScorer.Model => !IsOfBaseline,
        AxisScorer.Baseline => axis.Baselines is not null,
        _ => true,
    };

    /// <summary>True when a calibration was made for the axis's model as it is, or for its baseline.</summary>
    public bool IsFor(AxisRecalibration own) => own.Revision.Length == 0 ? Has(AxisScorer.Baseline) : own.Revision == axis.Model.Revision;

    /// <summary>What windows of a band are judged by.</summary>
    public Yardstick In(OperatingBand? band)
    {
        Yardstick model = axis.Model.In(band);
        return OwnIn(band) is { } own ? model.By(own, axis.Model.Description.Metrics) : model;
    }

    /// <summary>What windows of a band are judged by, for people.</summary>
    /// <param name="band">The band; null without bands.</param>
    /// <param name="scorer">Whose windows; one that the axis has.</param>
    public AxisStandard StandardIn(OperatingBand? band, AxisScorer scorer)
    {
        if (scorer == AxisScorer.Baseline && !IsOfBaseline)
        {
            LaneModel baseline = axis.Baselines!.Lane.Model;
            return new AxisStandard(
                baseline.Description, baseline.Revision, band, axis.Bands, axis.Baselines.In(band).Distributions(), baseline.In(band).Rules, OwnOf(baseline.Revision, band));
        }

        Yardstick yardstick = In(band);
        return new AxisStandard(
            axis.Model.Description, axis.Model.Revision, band, axis.Bands, (IsOfBaseline ? axis.Baselines?.In(band).Distributions() : yardstick.Calibration?.Metrics) ?? new Dictionary<string, ScoreDistribution>(),
            yardstick.Rules, OwnIn(band));
    }

    /// <summary>Puts a calibration of its own in force.</summary>
    /// <param name="own">The calibration.</param>
    /// <param name="json">The form that it was read from.</param>
    public void Set(AxisRecalibration own, string json)
    {
        // What a revision of before had comes back with no model, so it need not be kept; a baseline goes on beside models.
        var ofBoth = _own.Where(kept => kept.Own.Revision.Length == 0 || kept.Own.Revision == axis.Model.Revision).ToLookup(kept => kept.Own.Revision == own.Revision && kept.Own.Band == own.Band);
        _own = [.. ofBoth[false], .. ofBoth[true].TakeLast(MostKept - 1), (own, json)];
        Renew(own);
    }

    /// <summary>Puts the calibration before the present one back, at last the scorer's own; false when that holds.</summary>
    /// <param name="band">The band; null without bands.</param>
    /// <param name="scorer">Whose.</param>
    public bool TryRestore(OperatingBand? band, AxisScorer scorer)
    {
        if (OwnOf(scorer, band) is not { } own)
        {
            return false;
        }

        _own = Array.FindAll(_own, kept => !ReferenceEquals(kept.Own, own));
        Renew(own);
        return true;
    }

    /// <summary>The calibration of its own of a scorer that holds in a band; null where the scorer's does.</summary>
    public AxisRecalibration? OwnOf(AxisScorer scorer, OperatingBand? band) => !Has(scorer) ? null : scorer == AxisScorer.Baseline ? OwnOf("", band) : OwnIn(band);

    /// <summary>The alarms that look at the scores that a calibration is of.</summary>
    public AlarmTracker[] AlarmsOf(AxisRecalibration own) => own.Revision.Length == 0 ? axis.BaselineAlarms : axis.ModelAlarms;

    /// <summary>The baseline begins anew, and what was calibrated of its scores is of another one.</summary>
    public void ForgetBaseline()
    {
        _own = Array.FindAll(_own, kept => kept.Own.Revision.Length > 0);
        Apply();
    }

    /// <summary>Puts in force what holds now, after the model, the band or the rules became others.</summary>
    public void Apply()
    {
        Yardstick = In(Band);
        Yardstick.PutInForce(Judged);
        if (axis.Baselines is { } baselines)
        {
            baselines.Use(band => OwnOf("", band)?.Table);
            if (!IsOfBaseline)
            {
                baselines.Lane.Model.In(null).PutInForce(axis.BaselineAlarms);
            }
        }

        axis.Levels.Apply();
    }

    public void Save(CheckpointWriter writer)
    {
        _mark.Save(writer);
        writer.Write(_own.Length);
        Array.ForEach(_own, kept => writer.Write(kept.Json));
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = _mark.TryLoad(ref reader);
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            string json = reader.ReadString();
            try
            {
                _own = [.. _own, (AxisRecalibration.Parse(json), json)];
            }
            catch (FormatException)
            {
                fits = false;
            }
        }

        Apply();
        return fits && reader.IsValid;
    }

    private AxisRecalibration? OwnOf(string revision, OperatingBand? band) => Array.FindLast(_own, kept => kept.Own.Revision == revision && kept.Own.Band == band).Own;

    /// <summary>Puts in force what holds now; the alarms that look at the scores of what was changed forget the last.</summary>
    private void Renew(AxisRecalibration changed)
    {
        Apply();
        Array.ForEach(AlarmsOf(changed), alarm => alarm.ForgetScores());
    }
}
