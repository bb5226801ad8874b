using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>Everything a shard keeps of one axis. Its windows go to the lane of its model, in the order they are cut.</summary>
internal sealed class AxisState : IWindowReceiver
{
    private readonly Windower _windower;
    private readonly ILane _lane;

    public AxisState(AxisStream stream, ILane lane, WindowerOptions options)
    {
        Stream = stream;
        _lane = lane;
        _windower = new Windower(options);
        Alarms = [.. lane.Model.Rules.Select(rule => new AlarmTracker(stream.Id, rule))];
    }

    public AxisStream Stream { get; }

    public LaneModel Model => _lane.Model;

    public AlarmTracker[] Alarms { get; }

    /// <summary>The state of the most severe alarm that is not normal.</summary>
    public AlarmState State
    {
        get
        {
            AlarmState state = AlarmState.Normal;
            foreach (AlarmTracker alarm in Alarms)
            {
                if (alarm.State != AlarmState.Normal && (state == AlarmState.Normal || alarm.Severity == AlarmSeverity.Alarm))
                {
                    state = alarm.State;
                }
            }

            return state;
        }
    }

    public BlockOutcome Append(in SampleBlock block, ReadOnlySpan<float> samples) => _windower.Append(block, samples, this);

    /// <summary>Ends the sample grid; a partial window leaves as a gap.</summary>
    public void Flush() => _windower.Flush(this);

    public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs) => _lane.Add(this, samples, lastSampleUnixNs);

    public void OnGap(long lastSampleUnixNs) => _lane.AddUnscored(this, lastSampleUnixNs, WindowStatus.Gap);
}
