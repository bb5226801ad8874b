using System.Numerics.Tensors;
using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Signals;

/// <summary>
/// Makes spectra of signals for people. It works on one at a time, so that viewers together take at most one processor from the detector, and keeps the plans of the
/// latest few kinds of signals. Thread-safe.
/// </summary>
public sealed class SignalAnalyser
{
    private const int PlansKept = 8;
    private const int Harmonics = 3;
    private const int MostColumns = 128;
    private const int MostRows = 128;
    private const float RangeDb = 120;

    private readonly Lock _gate = new();
    private readonly List<(MachineProfile Profile, double RateHz, int Length, MachineDiagnosis Plan)> _plans = [];

    /// <summary>The spectra of a signal.</summary>
    public SignalSpectra Spectra(AxisSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        lock (_gate)
        {
            MachineDiagnosis plan = Plan(signal);
            DiagnosisReport report = plan.Diagnose([.. signal.Samples], signal.ShaftHz);
            return new SignalSpectra
            {
                Unit = signal.Unit,
                Spectrum = EvidenceBuilder.Thin(plan.Spectrum.Amplitudes, plan.Spectrum.BinHz),
                Envelope = EvidenceBuilder.Thin(plan.Envelope.Amplitudes, plan.Envelope.BinHz),
                BandLowHz = report.EnvelopeBand.LowHz,
                BandHighHz = report.EnvelopeBand.HighHz,
                ShaftLines = ShaftLines(signal),
                BearingLines = BearingLines(signal),
                Findings = [.. report.Findings.Select(EvidenceBuilder.Of)],
                Reconstruction = signal.Reconstructed is { } window ? Reconstruction(window, signal.SampleRateHz) : null,
            };
        }
    }

    /// <summary>The spectrogram of a signal, in at most 128 columns and as many rows.</summary>
    public Spectrogram Spectrogram(AxisSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        float[] samples = [.. signal.Samples];

        // As fine in time as in frequency, within what a picture shows.
        int window = 32;
        while (window < 2 * MostRows && (long)window * window < samples.Length)
        {
            window *= 2;
        }

        int hop = Math.Max(window / 2, (samples.Length - window) / MostColumns + 1);
        var plan = new ShortTimeSpectrum(window, hop, signal.SampleRateHz);
        int frames = plan.FrameCount(samples.Length), rows = plan.BinCount - 1;
        float[] power = new float[frames * plan.BinCount];
        lock (_gate)
        {
            plan.Power(samples, power, new float[plan.ScratchLength]);
        }

        float floor = Db(TensorPrimitives.Max<float>(power)) - RangeDb;
        float[][] columns = [.. Enumerable.Range(0, frames).Select(frame =>
            power.AsSpan(frame * plan.BinCount, rows).ToArray().Select(value => Math.Max(Db(value), floor)).ToArray())];
        return new Spectrogram(hop / signal.SampleRateHz, signal.SampleRateHz / window, columns);
    }

    private static float Db(float power) => 10 * MathF.Log10(Math.Max(power, 1e-30f));

    private static ReconstructedSpectrum Reconstruction(ReconstructedWindow window, double sampleRateHz)
    {
        return new ReconstructedSpectrum(window.Model, Curve(window.Input), Curve(window.Output));

        EvidenceCurve Curve(IReadOnlyList<float> values)
        {
            if (window.BinHz > 0)
            {
                return new EvidenceCurve(window.BinHz, window.BinHz, values);
            }

            var plan = new AmplitudeSpectrum(values.Count);
            float[] amplitudes = new float[plan.BinCount];
            plan.Compute([.. values], amplitudes, new float[plan.ScratchLength]);
            return new EvidenceCurve(0, sampleRateHz / values.Count, amplitudes);
        }
    }

    private static NamedLine[] ShaftLines(AxisSignal signal)
    {
        if (signal.ShaftHz is not { } shaft)
        {
            return [];
        }

        IEnumerable<NamedLine> lines = Multiples("shaft", shaft);
        return [.. signal.Profile.GearTeeth > 0 ? lines.Append(new NamedLine("gear mesh", signal.Profile.GearTeeth * shaft)) : lines];
    }

    private static NamedLine[] BearingLines(AxisSignal signal)
    {
        if (signal is not { ShaftHz: { } shaft, Profile.Bearing: { } bearing })
        {
            return [];
        }

        BearingFrequencies at = bearing.AtShaftHz(shaft);
        return [.. Multiples("BPFO", at.Bpfo), .. Multiples("BPFI", at.Bpfi), .. Multiples("BSF", at.Bsf, 2), new NamedLine("FTF", at.Ftf)];
    }

    private static IEnumerable<NamedLine> Multiples(string name, double hz, int step = 1) =>
        Enumerable.Range(1, Harmonics).Select(i => step * i).Select(k => new NamedLine(k == 1 ? name : FormattableString.Invariant($"{k}×{name}"), k * hz));

    private MachineDiagnosis Plan(AxisSignal signal)
    {
        int known = _plans.FindIndex(plan => plan.Profile == signal.Profile && plan.RateHz == signal.SampleRateHz && plan.Length == signal.Samples.Count);
        (MachineProfile, double, int, MachineDiagnosis Plan) entry = known >= 0
            ? _plans[known]
            : (signal.Profile, signal.SampleRateHz, signal.Samples.Count, MeasureKit.NewDiagnosis(signal.Profile, signal.SampleRateHz, signal.Samples.Count));
        if (known >= 0)
        {
            _plans.RemoveAt(known);
        }
        else if (_plans.Count == PlansKept)
        {
            _plans.RemoveAt(0);
        }

        // The latest used stands last.
        _plans.Add(entry);
        return entry.Plan;
    }
}
