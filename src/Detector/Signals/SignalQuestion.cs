using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Signals;

/// <summary>Asks for the newest samples of an axis.</summary>
/// <param name="axis">The axis.</param>
internal sealed class SignalQuestion(AxisId axis) : AxisQuestion<AxisSignal>(axis)
{
    protected override AxisAnswer<AxisSignal> Look(AxisState axis)
    {
        if (axis.Measures is not { } measures)
        {
            return AxisAnswer<AxisSignal>.Empty($"{Axis} has no measurement buffer: Detector:Measures:Buffer is 0");
        }

        return measures.Read(newest => (axis.Lane as ModelLane)?.Reconstruct(newest)) switch
        {
            null => AxisAnswer<AxisSignal>.Empty($"{Axis} has no full measurement buffer yet: it fills while the machine runs, and a hole empties it"),
            { } signal when !signal.Samples.All(float.IsFinite) => AxisAnswer<AxisSignal>.Empty($"{Axis} sends samples that are not finite numbers"),
            { } signal => AxisAnswer<AxisSignal>.Found(signal),
        };
    }
}
