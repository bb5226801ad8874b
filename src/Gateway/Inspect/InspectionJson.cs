using Thrum.Detector.Samples;
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
            VelocityRmsMmS = report.Diagnosis.VelocityRmsMmS.FiniteOrNull(),
            Zone = report.Zone?.ToString(),
            Lines = report.Lines.Select(line => new { line.Name, line.FrequencyHz, Order = line.Order.FiniteOrNull(), line.Amplitude, OverFloor = line.OverFloor.FiniteOrNull() }),
            Findings = report.Diagnosis.Findings.Select(Finding),
            Recording = new
            {
                Name = request.Signal.Recording,
                request.Signal.Axis,
                request.Signal.SampleRateHz,
                Samples = request.Signal.Samples.Length,
                report.Measured.Start,
                report.Measured.NonFinite,
                report.Measured.Recorded,
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
            EnvelopeBand = new { report.Diagnosis.EnvelopeBand.LowHz, report.Diagnosis.EnvelopeBand.HighHz, Kurtosis = report.Diagnosis.EnvelopeBand.Kurtosis.FiniteOrNull() },
        };
    }

    private static object Features(InspectionReport report)
    {
        VibrationMeasures measures = report.Measures;
        return new
        {
            Mean = measures.Mean.FiniteOrNull(),
            Rms = measures.Rms.FiniteOrNull(),
            Peak = measures.Peak.FiniteOrNull(),
            PeakToPeak = measures.PeakToPeak.FiniteOrNull(),
            Crest = measures.Crest.FiniteOrNull(),
            Kurtosis = measures.Kurtosis.FiniteOrNull(),
            Skewness = measures.Skewness.FiniteOrNull(),
            Shape = measures.Shape.FiniteOrNull(),
            Impulse = measures.Impulse.FiniteOrNull(),
            Clearance = measures.Clearance.FiniteOrNull(),
            SpectralCentroidHz = report.Spread.CentroidHz.FiniteOrNull(),
            SpectralSpreadHz = report.Spread.SpreadHz.FiniteOrNull(),
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
            Order = line.Order.FiniteOrNull(),
            line.FrequencyHz,
            Amplitude = line.Amplitude.FiniteOrNull(),
            OverFloor = line.OverFloor.FiniteOrNull(),
        }),
    };
}
