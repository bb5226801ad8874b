using Thrum.Gateway.Cli;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Lines;
using Thrum.Spectral.Measures;

namespace Thrum.Gateway.Inspect;

/// <summary>Measures and diagnoses a recording.</summary>
internal static class RecordingInspector
{
    // Two seconds resolve half a hertz; more would only average less.
    private const double WindowSeconds = 2;
    private const int LeastSamples = 64;
    private const int Lines = 10;
    private const int LinesLookedAt = 256;

    /// <summary>Measures the longest stretch of finite samples: a spectrum over what is missing would be one of the holes.</summary>
    /// <exception cref="UsageException">The recording, or that stretch of it, is too short.</exception>
    public static InspectionReport Inspect(InspectionRequest request)
    {
        var finite = FiniteStretch.Of(request.Signal.Samples);
        if (finite.Length < LeastSamples)
        {
            throw new UsageException(finite.NonFinite == 0
                ? $"{request.Signal.Recording} has {finite.Length} samples, expected at least {LeastSamples}"
                : $"{request.Signal.Recording}: {finite}, expected at least {LeastSamples} finite ones in a row");
        }

        float[] samples = finite.NonFinite == 0 ? request.Signal.Samples : request.Signal.Samples[finite.Start..(finite.Start + finite.Length)];
        request = request with { Signal = request.Signal with { Samples = samples } };

        Iso20816Part3 limits = Iso20816Part3.For(request.Group, request.Support);
        var options = new DiagnosisOptions
        {
            WindowSamples = (int)Math.Clamp(Math.Round(WindowSeconds * request.Signal.SampleRateHz), LeastSamples, samples.Length),
            SampleRateHz = request.Signal.SampleRateHz,
            Unit = request.Unit,
            Bearing = request.Bearing,
            GearTeeth = request.GearTeeth,
            MainsHz = request.MainsHz,
            ShaftFaultVelocityMmS = limits.AtoB,
        };
        var diagnosis = new MachineDiagnosis(options);
        double? shaftHz = request.Rpm / 60;
        DiagnosisReport found = diagnosis.Diagnose(samples, shaftHz);
        IReadOnlyList<Cursor> cursors = Cursors(request, shaftHz);
        return new InspectionReport(
            request,
            VibrationMeasures.Of(samples),
            Spread(diagnosis.Spectrum),
            found,
            limits.Zone(found.VelocityRmsMmS),
            TopLines(diagnosis.Spectrum, options.LeastOverFloor, cursors, shaftHz),
            PlotBuilder.Build(request.Signal, diagnosis, cursors))
        {
            Measured = finite,
        };
    }

    private static SpectralMoments Spread(LineSpectrum spectrum)
    {
        float[] power = new float[spectrum.Amplitudes.Length];
        for (int i = 1; i < power.Length; i++)
        {
            power[i] = spectrum.Amplitudes[i] * spectrum.Amplitudes[i];
        }

        return SpectralMoments.Of(power, spectrum.BinHz);
    }

    private static List<Cursor> Cursors(InspectionRequest request, double? shaftHz)
    {
        List<Cursor> cursors = [];
        if (shaftHz is not { } shaft)
        {
            return cursors;
        }

        cursors.Add(new Cursor("1×", shaft));
        if (request.Bearing is { } bearing)
        {
            BearingFrequencies at = bearing.AtShaftHz(shaft);
            cursors.AddRange([new("BPFO", at.Bpfo), new("BPFI", at.Bpfi), new("2×BSF", 2 * at.Bsf), new("FTF", at.Ftf)]);
        }

        if (request.GearTeeth > 0)
        {
            cursors.Add(new Cursor("mesh", request.GearTeeth * shaft));
        }

        return cursors;
    }

    private static List<NamedLine> TopLines(
        LineSpectrum spectrum, float leastOverFloor, IReadOnlyList<Cursor> cursors, double? shaftHz)
    {
        Span<SpectralLine> found = stackalloc SpectralLine[LinesLookedAt];
        Span<SpectralLine> lines = found[..spectrum.Peaks(leastOverFloor, found)];
        lines.Sort((a, b) => b.Amplitude.CompareTo(a.Amplitude));
        List<NamedLine> named = [];
        foreach (SpectralLine line in lines[..Math.Min(Lines, lines.Length)])
        {
            named.Add(new(NameOf(line.FrequencyHz, spectrum.BinHz, cursors), line.FrequencyHz, line.FrequencyHz / shaftHz, line.Amplitude, line.OverFloor));
        }

        return named;
    }

    /// <summary>The first of the shaft's and the bearing's first ten multiples that stands there.</summary>
    private static string? NameOf(double frequencyHz, double binHz, IReadOnlyList<Cursor> cursors)
    {
        foreach (Cursor cursor in cursors)
        {
            double multiple = Math.Round(frequencyHz / cursor.FrequencyHz);
            if (multiple is >= 1 and <= 10 && Math.Abs(frequencyHz - (multiple * cursor.FrequencyHz)) <= (1.5 * binHz) + (0.001 * frequencyHz))
            {
                return cursor.Name == "1×" ? $"{multiple}×" : multiple == 1 ? cursor.Name : $"{multiple}×{cursor.Name}";
            }
        }

        return null;
    }
}
