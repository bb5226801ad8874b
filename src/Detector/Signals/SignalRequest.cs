using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Signals;

/// <summary>A wish to see the samples of an axis, or what it is judged by, on its way into a shard in a <see cref="SampleBatch"/> of its own.</summary>
/// <param name="axis">The axis.</param>
/// <param name="standardOf">The band of speed or load to tell the standard of, empty for the one that the axis is in; null for samples.</param>
/// <param name="scorer">Whose standard.</param>
internal sealed class SignalRequest(AxisId axis, string? standardOf = null, AxisScorer scorer = AxisScorer.OfWindows)
{
    // The shard must not run the continuation of whoever waits.
    private readonly TaskCompletionSource<SignalAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AxisId Axis { get; } = axis;

    public string? StandardOf { get; } = standardOf;

    public AxisScorer Scorer { get; } = scorer;

    public Task<SignalAnswer> Answer => _answer.Task;

    public void Complete(SignalAnswer answer) => _answer.TrySetResult(answer);
}
