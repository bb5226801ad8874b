using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A store that holds the evidence of one alarm.</summary>
internal sealed class OneEvidence : IEvidenceStore
{
    public AlarmEvidence Evidence { get; } = For(Guid.NewGuid());

    /// <summary>Evidence of a warning of m/s/x that names the inner race.</summary>
    public static AlarmEvidence For(Guid transitionId) => new()
    {
        TransitionId = transitionId,
        Machine = "m",
        Sensor = "s",
        Axis = "x",
        RuleId = "score",
        Severity = AlarmSeverity.Warning,
        EventTimeUnixNs = 1,
        TakenAtUnixNs = 2,
        Diagnosis = "inner-race",
        Findings = [new("inner-race", 0.9, 4, [new("BPFI", 5.4, 161.7, 0.1, 60)])],
        Measure = new(1, 2, 2, 3, null, null, null, null),
        TopBins = [],
        Window = new(0, 1, []),
        Reconstruction = new(0, 1, []),
        Waveform = new(0, 1.0 / 12_000, [0.5f, -0.5f]),
        Spectrum = new(0, 1, []),
        Envelope = new(0, 1, [1, 2]),
    };

    public ValueTask PutAsync(IReadOnlyList<AlarmEvidence> evidence, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AlarmEvidence?> FindAsync(Guid transitionId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(transitionId == Evidence.TransitionId ? Evidence : null);
}
