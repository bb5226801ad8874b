using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Trends;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>The joint axes of a shard: one for each sensor whose axes a model sees together. Not thread-safe.</summary>
internal sealed class JointDesk(ShardStates states, StreamRegistry streams, BlockLedger ledger, ShardOutput output, ILogger logger, Func<AxisId, AxisTrends?> trends)
{
    private readonly UnscoredLane _dissolved = new(output);
    private readonly List<JointState> _joints = [];
    private readonly HashSet<AxisId> _refused = [];

    /// <summary>The joint axis with a place for an axis of its sensor; null, which is logged once, where there is none.</summary>
    /// <param name="axis">The axis, or the joint axis itself.</param>
    /// <param name="lane">Lane of the model.</param>
    /// <param name="cut">How windows are cut.</param>
    public JointState? Open(AxisId axis, ModelLane lane, WindowerOptions cut)
    {
        AxisId id = axis with { Axis = AxisId.Joint };
        JointState? joint = _joints.Find(joint => joint.Axis.Stream.Id == id) ?? Make(id, lane, cut);
        if (joint?.Axis.Lane == _dissolved)
        {
            joint.Switch(lane, WaitNs(cut, lane));
        }

        // After a restart it may be on the lane of another entry that has the same revision: that is the same model.
        if (joint?.Axis.Lane is ModelLane live && live.Model.Revision == lane.Model.Revision && (axis == id || joint.HasPlaceFor(axis.Axis)))
        {
            return joint;
        }

        if (_refused.Add(axis))
        {
            Log.JointWithoutRoom(logger, id, axis);
        }

        return null;
    }

    /// <summary>Moves a joint axis to another model; its axes follow. Nothing may wait in a lane.</summary>
    /// <param name="axis">The joint axis.</param>
    /// <param name="lane">Lane of the model, which need not be one of several axes; null for none.</param>
    /// <param name="cut">How windows are cut.</param>
    /// <param name="word">Whose doing it is.</param>
    public void Refit(AxisState axis, ModelLane? lane, WindowerOptions cut, in OperatorWord word)
    {
        JointState joint = axis.Joint!;
        if (lane is not null && joint.IsFor(lane.Assignment.Model.Metadata))
        {
            axis.Enter(lane);
        }
        else
        {
            joint.Flush();
            axis.Lane.Flush();
            if (lane?.Assignment.Model.Metadata.Axes.IsJoint == true)
            {
                joint.Switch(lane, WaitNs(cut, lane));
            }
            else
            {
                axis.Enter(_dissolved);
            }
        }

        axis.Adopt(axis.Lane.Model.Rules, word, output);
    }

    private JointState? Make(AxisId id, ModelLane lane, WindowerOptions cut)
    {
        // The name may belong to an axis of its own.
        if (!streams.TryResolve(id, out AxisStream? stream) || states.Find(stream) is not null)
        {
            return null;
        }

        double rate = lane.Assignment.Model.Metadata.SampleRateHz;
        var axis = new AxisState(stream, lane.Model.Rules, rate, lane, cut with { IsJoint = true }, new AxisAids(ledger, null, trends(id), null));
        var joint = new JointState(axis, lane, WaitNs(cut, lane), logger);
        _joints.Add(joint);
        states.Add(axis);
        return joint;
    }

    /// <summary>
    /// By so much an axis may come after the others: what is late, what a grid's times may deviate from the stamps, and what aligning to the nearest sample takes.
    /// </summary>
    private static long WaitNs(WindowerOptions cut, ModelLane lane) =>
        cut.LatenessNs + Math.Max(cut.MaxClockDriftNs, cut.StampToleranceNs) + (long)(2e9 / lane.Assignment.Model.Metadata.SampleRateHz);
}
