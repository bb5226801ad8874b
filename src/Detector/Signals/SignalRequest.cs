using Thrum.Detector.Samples;

namespace Thrum.Detector.Signals;

/// <summary>A wish to see the samples of an axis, on its way into a shard in a <see cref="SampleBatch"/> of its own.</summary>
internal sealed class SignalRequest(AxisId axis)
{
    // The shard must not run the continuation of whoever waits.
    private readonly TaskCompletionSource<SignalAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AxisId Axis { get; } = axis;

    public Task<SignalAnswer> Answer => _answer.Task;

    public void Complete(SignalAnswer answer) => _answer.TrySetResult(answer);
}
