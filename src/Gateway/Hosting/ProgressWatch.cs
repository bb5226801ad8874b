using Thrum.Detector.Pipeline;
using Thrum.Detector.Stages;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Whether the detector goes on. It does not when at two looks samples wait before it, nothing that it made waits to be delivered, and none of its counters moved in between.
/// A destination that waits for a database or a disk is no hang: it is told elsewhere, and a restart would not mend it. Not thread-safe.
/// </summary>
internal sealed class ProgressWatch(StageCounters score, Func<int> outputWaiting)
{
    private long _last = -1;

    public ProgressWatch(DetectorPipeline pipeline)
        : this(pipeline.Counters, () => pipeline.Output.Count)
    {
    }

    /// <summary>Whether something went on since the last look, or nothing had to.</summary>
    public bool Look()
    {
        long done = score.Received + score.Sent + score.Dropped;
        bool moved = done != _last;
        _last = done;
        return moved || score.QueueLength == 0 || outputWaiting() > 0;
    }
}
