using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>Where the windows of the axes that share a model wait to be scored together. One per model and shard.</summary>
internal interface ILane
{
    /// <summary>What the axes of this lane need to know of their model.</summary>
    LaneModel Model { get; }

    /// <summary>Takes a window; the samples are copied before it returns.</summary>
    void Add(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs);

    /// <summary>Takes a window that cannot be scored; it keeps its place among the axis's windows.</summary>
    void AddUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status);

    /// <summary>Scores what waits.</summary>
    void Flush();
}
