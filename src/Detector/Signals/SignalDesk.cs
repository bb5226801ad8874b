using Thrum.Detector.Calibration;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;

namespace Thrum.Detector.Signals;

/// <summary>Answers requests for the samples of a shard's axes. Nothing may wait in a lane.</summary>
internal sealed class SignalDesk(ShardStates states)
{
    public SignalAnswer Answer(SignalRequest request)
    {
        AxisState? axis = states.FindMachine(request.Axis.Machine)?.Axes.Find(axis => axis.Stream.Id == request.Axis);
        if (axis is null)
        {
            return new SignalAnswer(SignalOutcome.Unknown, null, $"{request.Axis} is unknown: nothing of it was received yet");
        }

        if (request.StandardOf is { } name)
        {
            if (!axis.Calibration.Has(request.Scorer))
            {
                return new SignalAnswer(SignalOutcome.Unknown, null, $"{request.Axis} has no {(request.Scorer == AxisScorer.Model ? "model" : "baseline")}");
            }

            OperatingBand? band = name.Length == 0 ? axis.Calibration.Band ?? (axis.Bands is [OperatingBand first, ..] ? first : null) : axis.Bands.FirstOrDefault(band => band.Name == name);
            return band is null && name.Length > 0
                ? new SignalAnswer(SignalOutcome.Unknown, null, $"{request.Axis} has no band '{name}', expected {string.Join(" or ", axis.Bands.Select(known => $"'{known.Name}'").DefaultIfEmpty("none: Detector:Operating gives it no bands"))}")
                : new SignalAnswer(SignalOutcome.Found, null, "") { Standard = axis.Calibration.StandardIn(band, request.Scorer) };
        }

        if (axis.Measures is not { } measures)
        {
            return new SignalAnswer(SignalOutcome.Empty, null, $"{request.Axis} has no measurement buffer: Detector:Measures:Buffer is 0");
        }

        return measures.Read(newest => (axis.Lane as ModelLane)?.Reconstruct(newest)) switch
        {
            null => new SignalAnswer(SignalOutcome.Empty, null, $"{request.Axis} has no full measurement buffer yet: it fills while the machine runs, and a hole empties it"),
            { } signal when !signal.Samples.All(float.IsFinite) => new SignalAnswer(SignalOutcome.Empty, null, $"{request.Axis} sends samples that are not finite numbers"),
            { } signal => new SignalAnswer(SignalOutcome.Found, signal, ""),
        };
    }
}
