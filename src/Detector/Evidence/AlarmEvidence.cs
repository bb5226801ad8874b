using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Evidence;

/// <summary>
/// Why an alarm was raised: what its sensor measured, and what that points to. A function of the samples alone. It is taken twice under
/// the same id: when the alarm is raised, when most of the buffer is from before and the diagnosis is left open, and again a buffer later, which takes the place of the first.
/// </summary>
public sealed record AlarmEvidence
{
    /// <summary>The transition that it belongs to.</summary>
    public required Guid TransitionId { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Name of the sensor.</summary>
    public required string Sensor { get; init; }

    /// <summary>Name of the axis.</summary>
    public required string Axis { get; init; }

    /// <summary>Id of the rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>Severity of the rule.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>Time of the deciding window's last sample, ns since 1970-01-01 UTC.</summary>
    public required long EventTimeUnixNs { get; init; }

    /// <summary>Time of the last sample that the evidence rests on.</summary>
    public required long TakenAtUnixNs { get; init; }

    /// <summary>The strongest finding's name, such as <c>outer-race</c>, or <c>undetermined</c>.</summary>
    public required string Diagnosis { get; init; }

    /// <summary>What the diagnosis found, the strongest first.</summary>
    public required IReadOnlyList<EvidenceFinding> Findings { get; init; }

    /// <summary>
    /// Of an alarm on a joint axis, what each axis had of the metric that raised it, the greatest first: the first is the axis that all else here is of.
    /// Empty for an alarm on one axis.
    /// </summary>
    public IReadOnlyList<EvidenceContribution> Contributions { get; init; } = [];

    /// <summary>Measures of the buffer.</summary>
    public required EvidenceMeasure Measure { get; init; }

    /// <summary>The bins of the window's spectrum that its reconstruction misses most, the greatest first.</summary>
    public required IReadOnlyList<EvidenceBin> TopBins { get; init; }

    /// <summary>The window as the model was given it, normalised: samples against seconds, or a spectrum against Hz.</summary>
    public required EvidenceCurve Window { get; init; }

    /// <summary>What the model made of it.</summary>
    public required EvidenceCurve Reconstruction { get; init; }

    /// <summary>The newest samples of the buffer, in engineering units, against seconds.</summary>
    public required EvidenceCurve Waveform { get; init; }

    /// <summary>Peak amplitudes of the buffer against Hz.</summary>
    public required EvidenceCurve Spectrum { get; init; }

    /// <summary>Amplitudes of the squared envelope of the buffer against Hz, of the band with the greatest spectral kurtosis.</summary>
    public required EvidenceCurve Envelope { get; init; }

    /// <summary>The axis.</summary>
    internal AxisId AxisId => new(Machine, Sensor, Axis);
}

/// <summary>The share of one axis in a joint score, which is the mean of them.</summary>
/// <param name="Axis">Name of the axis.</param>
/// <param name="Value">Its value of the metric.</param>
public sealed record EvidenceContribution(string Axis, double Value);

/// <summary>A finding.</summary>
/// <param name="Fault">Its name on the wire.</param>
/// <param name="Confidence">0 … 1, to rank by; not a probability.</param>
/// <param name="HarmonicsMatched">How many multiples stand out.</param>
/// <param name="Lines">The lines it rests on.</param>
public sealed record EvidenceFinding(string Fault, double Confidence, int HarmonicsMatched, IReadOnlyList<EvidenceSpectralLine> Lines);

/// <summary>A line that a finding rests on.</summary>
/// <param name="Name">Which line, such as <c>2×BPFO</c>.</param>
/// <param name="Order">Multiple of the shaft's frequency; null without a speed.</param>
/// <param name="FrequencyHz">Where it stands.</param>
/// <param name="Amplitude">Its amplitude, in the unit that <see cref="Spectral.Diagnosis.EvidenceLine"/> states.</param>
/// <param name="OverFloor">Amplitude over the local floor; null over a floor of 0.</param>
public sealed record EvidenceSpectralLine(string Name, double? Order, double FrequencyHz, double Amplitude, double? OverFloor);

/// <summary>Measures of the buffer; null where a value does not exist.</summary>
/// <param name="Rms">Root mean square about the mean, in the samples' unit.</param>
/// <param name="Peak">Largest distance from the mean.</param>
/// <param name="Crest">Peak over RMS.</param>
/// <param name="Kurtosis">3 for a Gaussian.</param>
/// <param name="VelocityRmsMmS">RMS velocity in 10 … 1000 Hz.</param>
/// <param name="Zone">Zone of ISO 20816-3.</param>
/// <param name="ShaftHz">Shaft speed.</param>
/// <param name="Unit">Unit of the samples.</param>
public sealed record EvidenceMeasure(
    double? Rms, double? Peak, double? Crest, double? Kurtosis, double? VelocityRmsMmS, string? Zone, double? ShaftHz, string? Unit);

/// <summary>A bin of the spectrum of window and reconstruction, in the unit that the model sees.</summary>
/// <param name="FrequencyHz">Its frequency.</param>
/// <param name="Amplitude">Of the window.</param>
/// <param name="Reconstructed">Of the reconstruction.</param>
public sealed record EvidenceBin(double FrequencyHz, double Amplitude, double Reconstructed);

/// <summary>Values at even steps.</summary>
/// <param name="Start">Where the first one stands, in seconds or Hz.</param>
/// <param name="Step">From one value to the next.</param>
/// <param name="Values">The values; thinned ones are the greatest of their step.</param>
public sealed record EvidenceCurve(double Start, double Step, IReadOnlyList<float> Values);
