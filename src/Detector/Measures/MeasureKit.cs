using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Measures;

/// <summary>
/// Plans and scratch to measure and diagnose buffers of one length, rate and machine; one per shard, shared by its axes. Measuring
/// allocates nothing; the diagnosis is made at the first alarm.
/// </summary>
internal sealed class MeasureKit
{
    private readonly float[] _scratch;
    private readonly VelocitySeverity? _severity;
    private MachineDiagnosis? _diagnosis;
    private BinErrors? _binErrors;

    public MeasureKit(MachineProfile profile, double sampleRateHz, int bufferSamples)
    {
        Profile = profile;
        SampleRateHz = sampleRateHz;
        SampleNs = 1e9 / sampleRateHz;
        Buffer = new float[bufferSamples];
        _severity = Severity(profile.Unit, sampleRateHz, bufferSamples);
        _scratch = new float[_severity?.ScratchLength ?? 0];
    }

    public MachineProfile Profile { get; }

    public double SampleRateHz { get; }

    /// <summary>Time from one sample to the next.</summary>
    public double SampleNs { get; }

    /// <summary>The buffer under work, oldest sample first.</summary>
    public float[] Buffer { get; }

    /// <summary>The diagnosis of such buffers.</summary>
    public MachineDiagnosis Diagnosis => _diagnosis ??= NewDiagnosis(Profile, SampleRateHz, Buffer.Length);

    /// <summary>A diagnosis of buffers of one length.</summary>
    public static MachineDiagnosis NewDiagnosis(MachineProfile profile, double sampleRateHz, int bufferSamples) => new(new DiagnosisOptions
    {
        WindowSamples = bufferSamples,
        SampleRateHz = sampleRateHz,
        Unit = profile.Unit,
        Bearing = profile.Bearing,
        GearTeeth = profile.GearTeeth,
        MainsHz = profile.MainsHz,

        // Zones A and B are fit for long-term operation: a shaft that runs so is not why an alarm was raised.
        ShaftFaultVelocityMmS = profile.Limits.BtoC,
    });

    /// <summary>Measures of the buffer.</summary>
    /// <param name="stream">Whose it is.</param>
    /// <param name="lastSampleUnixNs">When it ends.</param>
    /// <param name="shaftHz">Speed of the shaft during it; null where it is not known.</param>
    public VibrationMeasure Measure(AxisStream stream, long lastSampleUnixNs, double? shaftHz)
    {
        var of = VibrationLevel.Of(Buffer);
        double velocity = VelocityRmsMmS();
        return new(
            stream, lastSampleUnixNs, of.Rms, of.Peak, of.Crest, of.Kurtosis, velocity, Profile.Limits.Zone(velocity)?.ToString(), shaftHz ?? double.NaN)
        {
            Unit = VibrationUnits.Symbol(Profile.Unit),
        };
    }

    /// <summary>RMS velocity of the buffer, mm/s; NaN where its unit is no acceleration, or it is too short.</summary>
    public double VelocityRmsMmS() => _severity?.RmsMillimetresPerSecond(Buffer, _scratch) ?? double.NaN;

    /// <summary>The plan for the errors of a reconstruction.</summary>
    public BinErrors ErrorsOf(int windowSamples) =>
        _binErrors?.WindowSamples == windowSamples ? _binErrors : _binErrors = new BinErrors(windowSamples, SampleRateHz);

    private static VelocitySeverity? Severity(VibrationUnit? unit, double sampleRateHz, int samples)
    {
        const double LowHz = 10, LeastPeriods = 4;
        bool acceleration = unit is { } known && VibrationUnits.Derivative(known) == 2;
        return acceleration && samples / sampleRateHz * LowHz >= LeastPeriods && sampleRateHz / 2 > LowHz
            ? new VelocitySeverity(samples, sampleRateHz, unit!.Value)
            : null;
    }
}
