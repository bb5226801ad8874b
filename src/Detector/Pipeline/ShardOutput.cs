using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Quality;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>The batch of scores that a shard is filling. Not thread-safe.</summary>
internal sealed class ShardOutput(ScoreBatchPool pool) : ITransitionReceiver
{
    private ScoreBatch _batch = pool.Rent();

    /// <summary>The batch being filled.</summary>
    public ScoreBatch Batch => _batch;

    public bool IsEmpty => _batch.Count == 0 && _batch.Transitions.Count == 0 && _batch.Evidence.Count == 0 && _batch.Measures.IsEmpty && _batch.Baselines.IsEmpty && _batch.Checkpoint is null;

    /// <summary>Hands over the batch and starts another; the caller owns what it gets.</summary>
    public ScoreBatch Take()
    {
        ScoreBatch taken = _batch;
        _batch = pool.Rent();
        return taken;
    }

    public void OnTransition(AlarmTransition transition) => _batch.Append(transition);

    public void OnEvidence(AlarmEvidence evidence) => _batch.Append(evidence);

    public void AppendUnscored(AxisState axis, long lastSampleUnixNs, WindowStatus status)
    {
        var window = new WindowScore
        {
            Stream = axis.Stream,
            Model = axis.Model.Description,
            TimeUnixNs = lastSampleUnixNs,
            Status = status,
            State = axis.State,
            Score = float.NaN,
            PValue = float.NaN,
            Threshold = axis.ScoreThreshold,
        };
        Append(axis, window, []);
    }

    /// <summary>Appends a judged window; whatever that decides beyond its axis comes behind it.</summary>
    public void Append(AxisState axis, in WindowScore window, ReadOnlySpan<float> metrics)
    {
        _batch.Append(window, metrics);
        axis.OnJudged(window);
    }

    /// <summary>Returns the unused batch to its pool.</summary>
    public void Release() => _batch.Dispose();
}
