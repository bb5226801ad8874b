using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

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

    /// <summary>What it was decided by; null in the evidence of earlier releases.</summary>
    public EvidenceDecision? Decision { get; init; }

    /// <summary>Names of the findings that were there before the alarm, which are no cause of it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Of an alarm of a machine, who voted; empty otherwise.</summary>
    public IReadOnlyList<EvidenceVoter> Voters { get; init; } = [];

    /// <summary>Of an alarm of a machine, the axes that had a vote and no condition, and those that had none because they were silent; empty otherwise.</summary>
    public IReadOnlyList<EvidenceNonVoter> NonVoters { get; init; } = [];

    /// <summary>Of an alarm over days, the days; null otherwise.</summary>
    public EvidenceTrend? Trend { get; init; }

    /// <summary>The whole buffer behind measures, spectra and diagnosis, oldest sample first: base64 of float32, little endian. Empty where there is none.</summary>
    public string Buffer { get; init; } = "";

    /// <summary>Sampling rate of the buffer; 0 where there is none.</summary>
    public double SampleRateHz { get; init; }

    /// <summary>Measures of the buffer.</summary>
    public required EvidenceMeasure Measure { get; init; }

    /// <summary>The bins of the deciding window's spectrum that its reconstruction misses most, the greatest first.</summary>
    public required IReadOnlyList<EvidenceBin> TopBins { get; init; }

    /// <summary>The deciding window as its scorer saw it: samples against seconds, or a spectrum against Hz; normalised by a model, as logarithms of amplitudes without one.</summary>
    public required EvidenceCurve Window { get; init; }

    /// <summary>What the model made of it; without a model, the mean of the axis's first minutes.</summary>
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

/// <summary>How a rule came to its decision.</summary>
/// <param name="Metric">The metric or combination that it looks at.</param>
/// <param name="Value">Its statistic.</param>
/// <param name="Threshold">The level that was crossed.</param>
/// <param name="RaiseCount">The statistic is the so-manieth largest of <paramref name="Recent"/>.</param>
/// <param name="Recent">The rule's number in each of the last windows, the deciding one last.</param>
/// <param name="Scorer">The model's name, or <c>baseline</c>; empty where no window was scored.</param>
/// <param name="Revision">The model's revision, as in every score.</param>
/// <param name="Metrics">All metrics of the deciding window.</param>
/// <param name="Message">What was said of it.</param>
public sealed record EvidenceDecision(
    string Metric, double? Value, double? Threshold, int RaiseCount, IReadOnlyList<double?> Recent, string Scorer, string Revision, IReadOnlyList<EvidenceMetric> Metrics, string Message)
{
    /// <summary>Stands in <see cref="Calibration"/> for one that an operator put in force.</summary>
    internal const string OwnCalibration = "own";

    /// <summary>By which calibration p-values were told: empty for the model's, the name of a band of speed or load behind <c>band </c>, or <c>own</c> where the axis had one of its own.</summary>
    public string Calibration { get; init; } = "";

    /// <summary>What a transition says by itself.</summary>
    internal static EvidenceDecision Of(AlarmTransition transition) =>
        new(transition.Metric, transition.Value.FiniteOrNull(), transition.Threshold.FiniteOrNull(), 1, [], "", "", [], transition.Message);

    /// <summary>A decision on the metrics of a window.</summary>
    /// <param name="transition">What was decided.</param>
    /// <param name="alarm">The alarm.</param>
    /// <param name="scorer">Who scored the window.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="calibration">Their distributions, where there are some.</param>
    internal static EvidenceDecision Of(
        AlarmTransition transition, AlarmTracker alarm, ScoredModel scorer, ReadOnlySpan<float> metrics, CalibrationTable? calibration)
    {
        var all = new EvidenceMetric[metrics.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new(scorer.Metrics[i], metrics[i], calibration?.Metrics.GetValueOrDefault(scorer.Metrics[i])?.PValue(metrics[i]));
        }

        return Of(transition) with
        {
            RaiseCount = alarm.Rule.RaiseCount,
            Recent = [.. alarm.Recent().Select(value => value.FiniteOrNull())],
            Scorer = scorer.Name,
            Revision = scorer.Revision,
            Metrics = all,
        };
    }
}

/// <summary>A metric of the deciding window.</summary>
/// <param name="Metric">As written.</param>
/// <param name="Value">Its value.</param>
/// <param name="PValue">Its p-value among healthy windows; null without a calibration.</param>
public sealed record EvidenceMetric(string Metric, double Value, double? PValue);

/// <summary>An axis that voted.</summary>
/// <param name="Sensor">Its sensor.</param>
/// <param name="Axis">Its name.</param>
/// <param name="Rule">The rule by which it did.</param>
/// <param name="SinceUnixNs">Event time of the window that raised the condition.</param>
public sealed record EvidenceVoter(string Sensor, string Axis, string Rule, long SinceUnixNs);

/// <summary>An axis that did not vote.</summary>
/// <param name="Sensor">Its sensor.</param>
/// <param name="Axis">Its name.</param>
/// <param name="IsPresent">False for one that sent nothing, or lagged too far behind to be counted.</param>
public sealed record EvidenceNonVoter(string Sensor, string Axis, bool IsPresent);

/// <summary>The buckets that a trend was judged by.</summary>
/// <param name="Quantity">What it is of.</param>
/// <param name="Days">Time of each, in days before the last.</param>
/// <param name="Values">Their values.</param>
/// <param name="Slope">Rise per day; null for a change.</param>
/// <param name="LowerSlope">It surely rises by that.</param>
/// <param name="Level">The present level.</param>
/// <param name="Reference">What changes are told from; null before it is known.</param>
public sealed record EvidenceTrend(
    string Quantity, IReadOnlyList<double> Days, IReadOnlyList<double> Values, double? Slope, double? LowerSlope, double Level, double? Reference)
{
    /// <summary>The criterion as a level: what a forecast is not to reach, or how far a change may go; null of a slope, whose limit is that of the decision.</summary>
    public double? Limit { get; init; }

    /// <summary>How many days ahead a forecast looks; null of the others.</summary>
    public double? AheadDays { get; init; }
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
public sealed record EvidenceCurve(double Start, double Step, IReadOnlyList<float> Values)
{
    internal static EvidenceCurve None { get; } = new(0, 1, []);
}
