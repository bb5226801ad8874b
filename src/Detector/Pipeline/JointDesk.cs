using Microsoft.Extensions.Logging;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>Makes the joint axes of a shard: one for each sensor whose axes a model sees together. Not thread-safe.</summary>
internal sealed class JointDesk(
    IReadOnlyList<ModelAssignment> assignments, ShardStates states, StreamRegistry streams, BlockLedger ledger, ILogger logger)
{
    private readonly List<JointState> _joints = [];
    private readonly HashSet<AxisId> _refused = [];

    /// <summary>The model of the sensor's joint axis; −1 when there is none, or the axis has another name.</summary>
    public int IndexOf(AxisId axis)
    {
        int index = axis.Axis == AxisId.Joint ? 0 : assignments.Count;
        while (index < assignments.Count && !assignments[index].MatchesJointly(axis))
        {
            index++;
        }

        return index < assignments.Count ? index : -1;
    }

    /// <summary>The joint axis with a place for an axis of its sensor; null, which is logged once, where there is none.</summary>
    /// <param name="axis">The axis, or the joint axis itself.</param>
    /// <param name="lane">Lane of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="cut">How its windows are cut.</param>
    public JointState? Open(AxisId axis, ILane lane, ModelMetadata model, in WindowerOptions cut)
    {
        AxisId id = axis with { Axis = AxisId.Joint };
        JointState? joint = _joints.Find(joint => joint.Axis.Stream.Id == id && joint.Lane == lane) ?? Make(id, lane, model, cut);
        if (joint is not null && (axis == id || joint.HasPlaceFor(axis.Axis)))
        {
            return joint;
        }

        if (_refused.Add(axis))
        {
            Log.JointWithoutRoom(logger, id, axis);
        }

        return null;
    }

    private JointState? Make(AxisId id, ILane lane, ModelMetadata model, in WindowerOptions cut)
    {
        // The name may belong to an axis of its own, or to the joint axis of another model.
        if (!streams.TryResolve(id, out AxisStream? stream) || states.Find(stream) is not null)
        {
            return null;
        }

        var axis = new AxisState(stream, lane.Model.Rules, model.SampleRateHz, lane, cut with { WindowSamples = 0 }, new AxisAids(ledger, null, null));
        var joint = new JointState(axis, lane, model, WaitNs(cut, model.SampleRateHz), logger);
        _joints.Add(joint);
        states.Add(axis);
        return joint;
    }

    /// <summary>
    /// By so much an axis may come after the others: what is late, what a grid's times may deviate from the stamps, and what aligning to the nearest sample takes.
    /// </summary>
    private static long WaitNs(in WindowerOptions cut, double sampleRateHz) =>
        cut.LatenessNs + Math.Max(cut.MaxClockDriftNs, cut.StampToleranceNs) + (long)(2e9 / sampleRateHz);
}
