using System.Runtime.InteropServices;
using Thrum.Detector.Alarms;
using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Evidence;

/// <summary>Makes evidence of a filled buffer and the window of a model.</summary>
internal static class EvidenceBuilder
{
    /// <summary>Stands for a cause that is not known.</summary>
    public static readonly string Undetermined = FaultNames.Of(FaultKind.Undetermined);

    private const int TopBins = 10;
    private const int MostValues = 4096;

    /// <param name="subject">Which transition it is for.</param>
    /// <param name="kit">Its buffer is filled.</param>
    /// <param name="measure">Measures of the buffer.</param>
    public static AlarmEvidence Build(EvidenceSubject subject, MeasureKit kit, in VibrationMeasure measure)
    {
        var view = new ModelView(subject.Window, subject.Reconstruction, subject.BinHz);
        DiagnosisReport report = kit.Diagnosis.Diagnose(kit.Buffer, measure.ShaftHz.FiniteOrNull());
        EvidenceFinding[] findings = [.. report.Findings.Select(Of)];
        double second = 1 / kit.SampleRateHz;
        ReadOnlySpan<float> newest = kit.Buffer.AsSpan(Math.Max(0, kit.Buffer.Length - MostValues));
        return new AlarmEvidence
        {
            TransitionId = subject.TransitionId,
            Machine = measure.Stream.Id.Machine,
            Sensor = measure.Stream.Id.Sensor,
            Axis = subject.Contributions.Count > 0 ? AxisId.Joint : measure.Stream.Id.Axis,
            Contributions = subject.Contributions,
            RuleId = subject.RuleId,
            Severity = subject.Severity,
            EventTimeUnixNs = subject.EventTimeUnixNs,
            TakenAtUnixNs = measure.TimeUnixNs,
            Diagnosis = Diagnose(findings, subject.Before),
            Findings = findings,
            Before = subject.Before,
            Decision = subject.Decision,
            Trend = subject.Trend,
            Buffer = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(kit.Buffer)),
            SampleRateHz = kit.SampleRateHz,
            Measure = Of(measure, kit.Profile.Unit),
            TopBins = view.Input.Length < 2 ? [] : view.BinHz > 0 ? TopOfSpectrum(view) : TopOfSamples(kit.ErrorsOf(view.Input.Length), view),
            Window = Curve(view, view.Input, second),
            Reconstruction = Curve(view, view.Reconstruction, second),
            Waveform = new(0, second, newest.ToArray()),
            Spectrum = Thin(kit.Diagnosis.Spectrum.Amplitudes, kit.Diagnosis.Spectrum.BinHz),
            Envelope = Thin(kit.Diagnosis.Envelope.Amplitudes, kit.Diagnosis.Envelope.BinHz),
        };
    }

    /// <summary>The strongest finding that was not there before the alarm; if all were, the strongest. Of an alarm "none" is no cause.</summary>
    private static string Diagnose(EvidenceFinding[] findings, IReadOnlyList<string> before)
    {
        string fault = (findings.FirstOrDefault(finding => !before.Contains(finding.Fault)) ?? findings[0]).Fault;
        return fault == FaultNames.Of(FaultKind.None) ? Undetermined : fault;
    }

    /// <summary>A finding as evidence states it.</summary>
    public static EvidenceFinding Of(Finding finding) => new(
        FaultNames.Of(finding.Fault),
        finding.Confidence,
        finding.HarmonicsMatched,
        [.. finding.Evidence.Select(line => new EvidenceSpectralLine(line.Name, line.Order.FiniteOrNull(), line.FrequencyHz, line.Amplitude, line.OverFloor.FiniteOrNull()))]);

    private static EvidenceMeasure Of(in VibrationMeasure measure, VibrationUnit? unit) => new(
        measure.Rms.FiniteOrNull(),
        measure.Peak.FiniteOrNull(),
        measure.Crest.FiniteOrNull(),
        measure.Kurtosis.FiniteOrNull(),
        measure.VelocityRmsMmS.FiniteOrNull(),
        measure.Zone,
        measure.ShaftHz.FiniteOrNull(),
        VibrationUnits.Symbol(unit));

    /// <summary>Evidence of an alarm that has no buffer of its own: that of a machine, by its axes.</summary>
    public static AlarmEvidence OfVote(AlarmTransition transition, IReadOnlyList<EvidenceVoter> voters, IReadOnlyList<EvidenceNonVoter> nonVoters) => new()
    {
        TransitionId = transition.Id,
        Machine = transition.Axis.Machine,
        Sensor = transition.Axis.Sensor,
        Axis = transition.Axis.Axis,
        RuleId = transition.RuleId,
        Severity = transition.Severity,
        EventTimeUnixNs = transition.EventTimeUnixNs,
        TakenAtUnixNs = transition.EventTimeUnixNs,
        Diagnosis = Undetermined,
        Findings = [],
        Decision = EvidenceDecision.Of(transition),
        Voters = voters,
        NonVoters = nonVoters,
        Measure = new(null, null, null, null, null, null, null, null),
        TopBins = [],
        Window = EvidenceCurve.None,
        Reconstruction = EvidenceCurve.None,
        Waveform = EvidenceCurve.None,
        Spectrum = EvidenceCurve.None,
        Envelope = EvidenceCurve.None,
    };

    private static EvidenceCurve Curve(ModelView view, ReadOnlySpan<float> values, double second) =>
        view.BinHz > 0 ? new(view.BinHz, view.BinHz, values.ToArray()) : new(0, second, values.ToArray());

    private static EvidenceBin[] TopOfSamples(BinErrors plan, ModelView view)
    {
        float[] errors = new float[plan.BinCount], scratch = new float[plan.ScratchLength];
        plan.Compute(view.Input, view.Reconstruction, errors, scratch);
        var amplitudes = new AmplitudeSpectrum(plan.WindowSamples);
        float[] of = new float[plan.BinCount], made = new float[plan.BinCount];
        amplitudes.Compute(view.Input, of, scratch.AsSpan(plan.BinCount));
        amplitudes.Compute(view.Reconstruction, made, scratch.AsSpan(plan.BinCount));
        return Top(errors, of, made, 0, plan.SampleRateHz / plan.WindowSamples);
    }

    private static EvidenceBin[] TopOfSpectrum(ModelView view)
    {
        float[] errors = new float[view.Input.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = Math.Abs(view.Input[i] - view.Reconstruction[i]);
        }

        return Top(errors, view.Input, view.Reconstruction, view.BinHz, view.BinHz);
    }

    private static EvidenceBin[] Top(ReadOnlySpan<float> errors, ReadOnlySpan<float> of, ReadOnlySpan<float> made, double firstHz, double binHz)
    {
        Span<int> bins = stackalloc int[TopBins];
        bins = bins[..BinErrors.Greatest(errors, bins)];
        var top = new EvidenceBin[bins.Length];
        for (int i = 0; i < bins.Length; i++)
        {
            top[i] = new(firstHz + (bins[i] * binHz), of[bins[i]], made[bins[i]]);
        }

        return top;
    }

    /// <summary>A spectrum in at most some thousand steps, each the greatest of its bins.</summary>
    public static EvidenceCurve Thin(ReadOnlySpan<float> values, double step)
    {
        int per = Math.Max(1, (values.Length + MostValues - 1) / MostValues);
        float[] thinned = new float[(values.Length + per - 1) / per];
        for (int i = 0; i < values.Length; i++)
        {
            // What is not finite was refused before the diagnosis.
            thinned[i / per] = Math.Max(thinned[i / per], values[i]);
        }

        return new(0, step * per, thinned);
    }
}
