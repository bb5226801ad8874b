using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Questions;

/// <summary>A wish to see something of an axis, on its way into the shard that owns it in a <see cref="SampleBatch"/> of its own.</summary>
/// <param name="axis">The axis.</param>
internal abstract class AxisQuestion(AxisId axis)
{
    public AxisId Axis { get; } = axis;

    /// <summary>Answers it, on the shard's task. Nothing may wait in a lane.</summary>
    /// <param name="states">What the shard knows.</param>
    public abstract void AnswerFrom(ShardStates states);

    /// <summary>No shard will answer any more. An answer that was given stays.</summary>
    public abstract void GiveUp();
}

/// <summary>A question and where its answer is waited for.</summary>
/// <typeparam name="T">What is asked for.</typeparam>
/// <param name="axis">The axis.</param>
internal abstract class AxisQuestion<T>(AxisId axis) : AxisQuestion(axis)
    where T : class
{
    // The shard must not run the continuation of whoever waits.
    private readonly TaskCompletionSource<AxisAnswer<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AxisAnswer<T>> Answer => _answer.Task;

    public override void AnswerFrom(ShardStates states)
    {
        AxisState? axis = states.FindMachine(Axis.Machine)?.Axes.Find(axis => axis.Stream.Id == Axis);
        _answer.TrySetResult(axis is null ? AxisAnswer<T>.Unknown($"{Axis} is unknown: nothing of it was received yet") : Look(axis));
    }

    public override void GiveUp() => _answer.TrySetResult(AxisAnswer<T>.Unavailable("the gateway stops"));

    /// <summary>What there is to say of the axis. Runs on the shard's task.</summary>
    protected abstract AxisAnswer<T> Look(AxisState axis);
}
