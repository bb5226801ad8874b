using Thrum.Detector.Alarms;

namespace Thrum.Detector.Evidence;

/// <summary>The transition that evidence is for, and what is only known when it is decided.</summary>
internal sealed record EvidenceSubject
{
    /// <summary>Its id.</summary>
    public required Guid TransitionId { get; init; }

    /// <summary>Its rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>Its severity.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>Its event time.</summary>
    public required long EventTimeUnixNs { get; init; }

    /// <summary>See <see cref="AlarmEvidence.Decision"/>.</summary>
    public required EvidenceDecision Decision { get; init; }

    /// <summary>See <see cref="AlarmEvidence.Before"/>.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>See <see cref="AlarmEvidence.Contributions"/>.</summary>
    public IReadOnlyList<EvidenceContribution> Contributions { get; init; } = [];

    /// <summary>See <see cref="AlarmEvidence.Trend"/>.</summary>
    public EvidenceTrend? Trend { get; init; }

    /// <summary>The deciding window as its scorer saw it.</summary>
    public float[] Window { get; init; } = [];

    /// <summary>What was made of it.</summary>
    public float[] Reconstruction { get; init; } = [];

    /// <summary>Width of its bins where it is a spectrum; 0 where it is samples.</summary>
    public double BinHz { get; init; }

    public static EvidenceSubject Of(AlarmTransition transition, EvidenceDecision decision) => new()
    {
        TransitionId = transition.Id,
        RuleId = transition.RuleId,
        Severity = transition.Severity,
        EventTimeUnixNs = transition.EventTimeUnixNs,
        Decision = decision,
    };
}
