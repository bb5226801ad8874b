using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;

namespace Thrum.Gateway.Inspect;

/// <summary>The report as one JSON document; a value that does not exist is null.</summary>
internal static class InspectionJson
{
    public static object Document(InspectionReport report)
    {
        InspectionRequest request = report.Request;
        return new
        {
            Features = Features(report),
            VelocityRmsMmS = Finite(report.Diagnosis.VelocityRmsMmS),
            Zone = report.Zone?.ToString(),
            Lines = report.Lines.Select(line => new { line.Name, line.FrequencyHz, Order = Finite(line.Order), line.Amplitude, OverFloor = Finite(line.OverFloor) }),
            Findings = report.Diagnosis.Findings.Select(Finding),
            Recording = new
            {
                Name = request.Signal.Recording,
                request.Signal.Axis,
                request.Signal.SampleRateHz,
                Samples = request.Signal.Samples.Length,
                Unit = VibrationUnits.Symbol(request.Unit),
                request.Rpm,
                Bearing = request.BearingName,
            },
            Severity = request.Unit is null ? null : new
            {
                Standard = Iso20816Part3.Edition,
                Group = request.Group.ToString(),
                Support = request.Support.ToString(),
            },
            EnvelopeBand = new { report.Diagnosis.EnvelopeBand.LowHz, report.Diagnosis.EnvelopeBand.HighHz, Kurtosis = Finite(report.Diagnosis.EnvelopeBand.Kurtosis) },
        };
    }

    private static object Features(InspectionReport report)
    {
        VibrationMeasures measures = report.Measures;
        return new
        {
            Mean = Finite(measures.Mean),
            Rms = Finite(measures.Rms),
            Peak = Finite(measures.Peak),
            PeakToPeak = Finite(measures.PeakToPeak),
            Crest = Finite(measures.Crest),
            Kurtosis = Finite(measures.Kurtosis),
            Skewness = Finite(measures.Skewness),
            Shape = Finite(measures.Shape),
            Impulse = Finite(measures.Impulse),
            Clearance = Finite(measures.Clearance),
            SpectralCentroidHz = Finite(report.Spread.CentroidHz),
            SpectralSpreadHz = Finite(report.Spread.SpreadHz),
        };
    }

    private static object Finding(Finding finding) => new
    {
        Fault = FaultNames.Of(finding.Fault),
        Confidence = Math.Round(finding.Confidence, 4),
        finding.HarmonicsMatched,
        Evidence = finding.Evidence.Select(line => new
        {
            line.Name,
            Order = Finite(line.Order),
            line.FrequencyHz,
            Amplitude = Finite(line.Amplitude),
            OverFloor = Finite(line.OverFloor),
        }),
    };

    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;
}
