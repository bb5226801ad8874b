using Thrum.Spectral.Envelopes;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Lines;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Diagnosis;

/// <summary>
/// Names faults of a machine from acceleration samples, its speed and its bearing. Bearing faults are sought in the envelope
/// spectrum of the band with the greatest spectral kurtosis, shaft faults in the velocity spectrum. The rules are stated in
/// the named sources; where none fits, the answer is <see cref="FaultKind.None"/> or, if a bearing's line stands out alone,
/// the signal is impulsive or the machine vibrates much, <see cref="FaultKind.Undetermined"/>. Without a baseline a fault
/// that leaves no pattern cannot be told from health. An instance keeps its buffers and belongs to one thread; once warm only
/// the report is allocated.
/// </summary>
public sealed class MachineDiagnosis
{
    private readonly DiagnosisOptions _options;
    private readonly Kurtogram _kurtogram;
    private readonly AmplitudeSpectrum _spectrum;
    private readonly AveragedSpectrum _average;
    private readonly KurtogramBand[] _bands;
    private readonly double[] _kurtoses;
    private readonly float[] _amplitudes;
    private readonly float[] _centred;
    private readonly float[] _scratch;

    // Per band of the kurtogram, made when it is first chosen.
    private readonly BandEnvelope?[] _envelopes;
    private BandEnvelope? _envelope;

    /// <summary>A diagnosis for one kind of window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public MachineDiagnosis(DiagnosisOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WindowSamples, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SampleRateHz, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.GearTeeth, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MainsHz ?? 1, nameof(options));
        _options = options;

        // An eighth of the range up to half the rate holds several multiples of a bearing's lines and one resonance.
        _kurtogram = new Kurtogram(options.WindowSamples, options.SampleRateHz, options.SampleRateHz / 16);
        _spectrum = new AmplitudeSpectrum(options.WindowSamples, SpectrumWindow.Hann);
        _average = new AveragedSpectrum(_spectrum.BinCount, options.SampleRateHz / options.WindowSamples);
        _bands = new KurtogramBand[_kurtogram.BandCount];
        _kurtoses = new double[_bands.Length];
        _envelopes = new BandEnvelope?[_bands.Length];
        _amplitudes = new float[_spectrum.BinCount];
        _centred = new float[options.WindowSamples];
        _scratch = new float[Math.Max(_kurtogram.ScratchLength, _spectrum.ScratchLength)];
    }

    /// <summary>
    /// The averaged amplitude spectrum (Hann, peak amplitudes in the samples' unit) of the last diagnosis; a view that the next one
    /// overwrites.
    /// </summary>
    public LineSpectrum Spectrum => _average.Lines;

    /// <summary>
    /// The averaged spectrum of the squared envelope in the band of the last report, in the samples' unit squared; a view that the
    /// next diagnosis overwrites.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was diagnosed yet.</exception>
    public LineSpectrum Envelope =>
        (_envelope ?? throw new InvalidOperationException("there was no diagnosis to take the envelope from")).Lines;

    /// <summary>
    /// Diagnoses one window, or several that overlap by half, whose spectra are averaged by power. The speed must be steady
    /// over all of them: by less than a bin at the highest line sought.
    /// </summary>
    /// <param name="samples">At least one window; what is left after the last whole one is not used.</param>
    /// <param name="shaftHz">
    /// Shaft speed in Hz (r/min over 60), positive; null where it is not known: then only twice the mains frequency can be found,
    /// the orders of all lines are NaN, and health is undetermined.
    /// </param>
    /// <returns>The findings; a NaN or infinite sample makes the only one undetermined with confidence 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are too few samples, or the speed is not positive.</exception>
    public DiagnosisReport Diagnose(ReadOnlySpan<float> samples, double? shaftHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, _options.WindowSamples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shaftHz ?? 1, nameof(shaftHz));
        double speed = shaftHz ?? double.NaN;
        VibrationMeasures measures = VibrationMeasures.Of(samples);
        int band = Survey(samples);
        KurtogramBand chosen = _bands[band] with { Kurtosis = _kurtoses[band] };
        _envelope = EnvelopeOf(band);
        LineSpectrum envelope = _envelope.Average(samples);
        double velocity = double.NaN;
        List<Finding> findings = [];
        List<EvidenceLine> partial = [];
        if (double.IsFinite(measures.Rms))
        {
            if (_options.Bearing is { } bearing && shaftHz is not null)
            {
                BearingRules.Evaluate(envelope, _envelope.MeanSquared, bearing, speed, _options, findings, partial);
            }

            velocity = EvaluateShaft(speed, findings);
        }

        if (findings.Count == 0)
        {
            findings.Add(Unexplained(speed, measures, velocity, partial));
        }

        findings.Sort((a, b) => b.Confidence.CompareTo(a.Confidence));
        return new(findings, chosen, velocity, measures.Kurtosis);
    }

    private double EvaluateShaft(double shaftHz, List<Finding> findings)
    {
        double velocity = double.NaN;
        if (_options.Unit is { } unit)
        {
            ShaftLines lines = new(_average.Lines, unit);
            velocity = Math.Sqrt(lines.TotalMeanSquare());
            ShaftRules.Evaluate(lines, shaftHz, _options, findings);
        }

        if (_options.GearTeeth > 0 && !double.IsNaN(shaftHz))
        {
            GearRules.Evaluate(_average.Lines, shaftHz, _options, findings);
        }

        return velocity;
    }

    /// <summary>Averages spectra and kurtograms over the windows; returns the band of the greatest mean kurtosis.</summary>
    private int Survey(ReadOnlySpan<float> samples)
    {
        Array.Clear(_kurtoses);
        _average.Clear();
        int windows = 0;
        for (int start = 0; start + _options.WindowSamples <= samples.Length; start += _options.WindowSamples / 2)
        {
            ReadOnlySpan<float> window = samples.Slice(start, _options.WindowSamples);
            Detrend.Remove(Trend.Mean, window, _centred);
            _spectrum.Compute(_centred, _amplitudes, _scratch);
            _average.Add(_amplitudes);
            _kurtogram.Compute(window, _bands, _scratch);
            for (int i = 0; i < _bands.Length; i++)
            {
                _kurtoses[i] += _bands[i].Kurtosis;
            }

            windows++;
        }

        _average.Finish();
        int best = 0;
        for (int i = 0; i < _kurtoses.Length; i++)
        {
            _kurtoses[i] /= windows;
            best = _kurtoses[i] > _kurtoses[best] ? i : best;
        }

        return best;
    }

    private BandEnvelope EnvelopeOf(int band) => _envelopes[band] ??= new BandEnvelope(
        new EnvelopeSpectrum(_options.WindowSamples, _options.SampleRateHz, _bands[band].LowHz, _bands[band].HighHz));

    /// <summary>Where no pattern fits: undetermined for a stated reason, or none.</summary>
    private Finding Unexplained(double shaftHz, in VibrationMeasures measures, double velocity, List<EvidenceLine> partial)
    {
        if (!double.IsFinite(measures.Rms))
        {
            return new(FaultKind.Undetermined, 0, 0, []);
        }

        bool impulsive = measures.Kurtosis >= _options.ImpulsiveKurtosis;
        bool known = !double.IsNaN(shaftHz);
        if (known && partial.Count == 0 && !impulsive && !(velocity >= _options.ShaftFaultVelocityMmS))
        {
            // Half as sure where a bearing or a velocity could not be judged.
            return new(FaultKind.None, _options.Bearing is null || double.IsNaN(velocity) ? 0.5 : 1, 0, []);
        }

        Span<SpectralLine> lines = stackalloc SpectralLine[3];
        int count = _average.Lines.Peaks(_options.LeastOverFloor, lines);
        foreach (SpectralLine line in lines[..count])
        {
            partial.Add(new("line", line.FrequencyHz / shaftHz, line.FrequencyHz, line.Amplitude, line.OverFloor));
        }

        return new(FaultKind.Undetermined, known ? 0.5 : 0, 0, partial);
    }
}
