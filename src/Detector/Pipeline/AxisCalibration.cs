using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Pipeline;

/// <summary>What the windows of one axis are judged by now: the yardstick of its model for the band that it is in. A part of the axis's state.</summary>
internal sealed class AxisCalibration(AxisState axis) : ICheckpointed
{
    public const string Part = "calibration";

    private readonly BandMark _mark = new();

    /// <summary>The band that the last scored window lay in; null without bands.</summary>
    public OperatingBand? Band => _mark.Band;

    /// <summary>What scored windows are judged by.</summary>
    public Yardstick Yardstick { get; private set; } = Yardstick.None;

    /// <summary>Names what the levels that an operator gives hold for: the revision of the model, and the band.</summary>
    public string Key => Band is null ? axis.Model.Revision : $"{axis.Model.Revision}#{Band.Name}";

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
            Array.ForEach(axis.Alarms, alarm => alarm.ForgetScores());
        }
    }

    /// <summary>Puts in force what holds now, after the model, the band or the rules became others.</summary>
    public void Apply()
    {
        Yardstick = axis.Model.In(Band);
        Yardstick.PutInForce(axis.Alarms);
        axis.Levels.Apply();
    }

    public void Save(CheckpointWriter writer)
    {
        _mark.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = _mark.TryLoad(ref reader);
        Apply();
        return fits;
    }
}
