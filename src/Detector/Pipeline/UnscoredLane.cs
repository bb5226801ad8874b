using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>The lane of axes that no model fits: their windows leave without a score and say why.</summary>
internal sealed class UnscoredLane(ShardOutput output) : ILane
{
    public LaneModel Model => LaneModel.None;

    public void Add(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs) =>
        output.AppendUnscored(axis, lastSampleUnixNs, WindowStatus.NoModel);

    public void AddUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status) =>
        output.AppendUnscored(axis, lastSampleUnixNs, status);

    public void Flush()
    {
    }
}
