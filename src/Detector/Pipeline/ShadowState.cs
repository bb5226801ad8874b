using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>What a shadow model would do on one axis: its lane, and alarms that nobody hears of. A part of the axis's state.</summary>
internal sealed class ShadowState : ICheckpointed
{
    public const string Part = "shadow";

    private readonly CheckpointParts _parts = new();
    private readonly BandMark _mark = new();

    public ShadowState(AxisId axis, ModelLane lane)
    {
        Lane = lane;
        Alarms = [.. lane.Model.Rules.Select(rule => new AlarmTracker(axis, rule))];
        foreach (AlarmTracker alarm in Alarms)
        {
            _parts.Add(alarm.RuleId, alarm);
        }

        _parts.Add("#band", _mark);
    }

    public ModelLane Lane { get; }

    public AlarmTracker[] Alarms { get; }

    /// <summary>Its alarms, with the levels of a band.</summary>
    public AlarmTracker[] AlarmsIn(OperatingBand? band)
    {
        if (band != _mark.Band)
        {
            _mark.Band = band;
            Lane.Model.In(band).PutInForce(Alarms);
            Array.ForEach(Alarms, alarm => alarm.ForgetScores());
        }

        return Alarms;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Lane.Model.Revision);
        _parts.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadString() == Lane.Model.Revision && _parts.TryLoad(ref reader);
        Lane.Model.In(_mark.Band).PutInForce(Alarms);
        return fits;
    }
}
