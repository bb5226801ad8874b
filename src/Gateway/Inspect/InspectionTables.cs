using Spectre.Console;
using Thrum.Gateway.Cli;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;
using static System.FormattableString;

namespace Thrum.Gateway.Inspect;

/// <summary>The report on a terminal.</summary>
internal static class InspectionTables
{
    public static void Write(InspectionReport report)
    {
        foreach (Finding finding in report.Diagnosis.Findings)
        {
            string style = finding.Fault switch { FaultKind.None => "green", FaultKind.Undetermined => "yellow", _ => "red" };
            string confidence = finding.Fault is FaultKind.None or FaultKind.Undetermined ? "" : Invariant($" (confidence {finding.Confidence:F2})");
            Terminal.Out.MarkupLine($"[bold {style}]{FindingText.Title(finding.Fault)}[/]{confidence}");
            Terminal.Out.WriteLine($"  {FindingText.Reason(finding, report)}");
            WriteEvidence(finding, report);
        }

        Terminal.Out.Write(Features(report));
        Terminal.Out.Write(Lines(report));
    }

    /// <summary>Name and value of each feature, as text.</summary>
    public static IEnumerable<(string Name, string Value)> FeatureRows(InspectionReport report)
    {
        InspectionRequest request = report.Request;
        VibrationMeasures of = report.Measures;
        string unit = VibrationUnits.Symbol(request.Unit) is { } known ? " " + known : "";
        yield return ("recording", $"{request.Signal.Recording}, axis {request.Signal.Axis}, unit {VibrationUnits.Symbol(request.Unit) ?? "not known (--unit)"}");
        yield return ("length", Invariant($"{request.Signal.Samples.Length} samples at {request.Signal.SampleRateHz:G6} Hz, {request.Signal.Samples.Length / request.Signal.SampleRateHz:F2} s"));
        if (report.Measured.NonFinite > 0)
        {
            yield return ("not measured", report.Measured.ToString());
        }

        yield return ("shaft", request.Rpm is { } rpm ? Invariant($"{rpm:G6} r/min, {rpm / 60:F2} Hz") : "not known (--rpm)");
        yield return ("bearing", request.BearingName ?? "not known (--bearing)");
        yield return ("RMS, peak", Invariant($"{of.Rms:G4}{unit}, {of.Peak:G4}{unit}"));
        yield return ("crest, kurtosis", Invariant($"{of.Crest:F2}, {of.Kurtosis:F2} (a Gaussian has 3)"));
        yield return ("spectral centroid", Invariant($"{report.Spread.CentroidHz:F0} Hz, spread {report.Spread.SpreadHz:F0} Hz"));
        yield return ("velocity, 10-1000 Hz", double.IsNaN(report.Diagnosis.VelocityRmsMmS)
            ? request.Unit is null ? "not known without a unit" : "the recording is too short"
            : Invariant($"{report.Diagnosis.VelocityRmsMmS:F2} mm/s RMS"));
        yield return ("zone", report.Zone is { } zone
            ? $"{zone} of {Iso20816Part3.Edition}, group {request.Group.ToString().ToLowerInvariant()}, support {request.Support.ToString().ToLowerInvariant()}"
            : "not known");
        yield return ("envelope band", Invariant($"{report.Diagnosis.EnvelopeBand.LowHz:F0}-{report.Diagnosis.EnvelopeBand.HighHz:F0} Hz, by its kurtosis"));
    }

    private static void WriteEvidence(Finding finding, InspectionReport report)
    {
        if (finding.Evidence.Count == 0)
        {
            return;
        }

        string unit = FindingText.AmplitudeUnit(finding.Fault, VibrationUnits.Symbol(report.Request.Unit));
        Table table = Numbers("line", "Hz", "order", unit, "over floor");
        foreach (EvidenceLine line in finding.Evidence)
        {
            table.AddRow(Markup.Escape(line.Name), Invariant($"{line.FrequencyHz:F2}"), Order(line.Order), Invariant($"{line.Amplitude:G3}"), Invariant($"{line.OverFloor:F1}"));
        }

        Terminal.Out.Write(table);
    }

    private static Table Features(InspectionReport report)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        foreach ((string name, string value) in FeatureRows(report))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        return table;
    }

    private static Table Lines(InspectionReport report)
    {
        Table table = Numbers("strongest lines", "Hz", "order", $"peak, {VibrationUnits.Symbol(report.Request.Unit) ?? "unit of the file"}", "over floor");
        foreach (NamedLine line in report.Lines)
        {
            table.AddRow(Markup.Escape(line.Name ?? ""), Invariant($"{line.FrequencyHz:F2}"), Order(line.Order), Invariant($"{line.Amplitude:G3}"), Invariant($"{line.OverFloor:F1}"));
        }

        return table;
    }

    private static Table Numbers(string first, params string[] others)
    {
        Table table = new Table().AddColumn(Markup.Escape(first));
        foreach (string name in others)
        {
            table.AddColumn(Markup.Escape(name), column => column.RightAligned());
        }

        return table;
    }

    private static string Order(double? order) => order is { } known && double.IsFinite(known) ? Invariant($"{known:F3}") : "";
}
