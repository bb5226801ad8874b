using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Thrum.Gateway.Cli;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Units;
using static System.FormattableString;

namespace Thrum.Gateway.Inspect;

/// <summary>The report as one HTML page that needs nothing else: style, script and data are in it.</summary>
internal static class InspectionPage
{
    public static void Write(InspectionReport report, string path) => MadeFile.WriteText(path, Text(report));

    /// <summary>What this page and others look like, for paper, light and dark screens.</summary>
    public static string Style => Resource("Inspect.page.css");

    public static string Text(InspectionReport report) => Resource("Inspect.inspection.html")
        .Replace("{{style}}", Style, StringComparison.Ordinal)
        .Replace("{{title}}", Encode($"{report.Request.Signal.Recording}, axis {report.Request.Signal.Axis}"), StringComparison.Ordinal)
        .Replace("{{findings}}", Findings(report), StringComparison.Ordinal)
        .Replace("{{features}}", Features(report), StringComparison.Ordinal)
        .Replace("{{lines}}", Lines(report), StringComparison.Ordinal)
        .Replace("{{data}}", JsonSerializer.Serialize(Data(report), JsonSerializerOptions.Web), StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Findings(InspectionReport report)
    {
        var html = new StringBuilder();
        foreach (Finding finding in report.Diagnosis.Findings)
        {
            string kind = finding.Fault switch { FaultKind.None => "good", FaultKind.Undetermined => "open", _ => "bad" };
            string confidence = kind == "bad" ? Invariant($"<span class=\"confidence\">confidence {finding.Confidence:F2}</span>") : "";
            html.Append(CultureInfo.InvariantCulture, $"<article class=\"finding {kind}\"><h2>{Encode(FindingText.Title(finding.Fault))} {confidence}</h2>")
                .Append(CultureInfo.InvariantCulture, $"<p>{Encode(FindingText.Reason(finding, report))}</p>");
            if (finding.Evidence.Count > 0)
            {
                string unit = FindingText.AmplitudeUnit(finding.Fault, VibrationUnits.Symbol(report.Request.Unit));
                html.Append(Table(["line", "Hz", "order", unit, "over floor"], finding.Evidence.Select(line =>
                    Row(line.Name, line.FrequencyHz, line.Order, line.Amplitude, line.OverFloor))));
            }

            html.Append("</article>");
        }

        return html.ToString();
    }

    private static string Features(InspectionReport report) => string.Concat(InspectionTables.FeatureRows(report)
        .Select(row => $"<div><dt>{Encode(row.Name)}</dt><dd>{Encode(row.Value)}</dd></div>"));

    private static string Lines(InspectionReport report) => Table(
        ["line", "Hz", "order", $"peak, {VibrationUnits.Symbol(report.Request.Unit) ?? "unit of the file"}", "over floor"],
        report.Lines.Select(line => Row(line.Name ?? "", line.FrequencyHz, line.Order ?? double.NaN, line.Amplitude, line.OverFloor)));

    private static string[] Row(string name, double hz, double order, double amplitude, double over) =>
        [name, Invariant($"{hz:F2}"), double.IsFinite(order) ? Invariant($"{order:F3}") : "", Invariant($"{amplitude:G3}"), Invariant($"{over:F1}")];

    private static string Table(string[] head, IEnumerable<string[]> rows) =>
        $"<table><thead><tr>{string.Concat(head.Select(cell => $"<th>{Encode(cell)}</th>"))}</tr></thead><tbody>"
        + string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{Encode(cell)}</td>"))}</tr>")) + "</tbody></table>";

    private static object Data(InspectionReport report)
    {
        InspectionPlots plots = report.Plots;
        double rate = report.Request.Signal.SampleRateHz;
        return new
        {
            Unit = VibrationUnits.Symbol(report.Request.Unit) ?? "unit of the file",
            Seconds = report.Request.Signal.Samples.Length / rate,
            Least = Base64(plots.Least),
            Greatest = Base64(plots.Greatest),
            Detail = new { Values = Base64(plots.Detail), StartSeconds = plots.DetailStart / rate, Step = 1 / rate },
            Spectrum = new { Values = Base64(plots.Spectrum), Step = plots.SpectrumBinHz },
            Envelope = new { Values = Base64(plots.Envelope), Step = plots.EnvelopeBinHz, report.Diagnosis.EnvelopeBand.LowHz, report.Diagnosis.EnvelopeBand.HighHz },
            Spectrogram = new { Values = Convert.ToBase64String(plots.Spectrogram), plots.Frames, plots.FrameSeconds, TopHz = rate / 2 },
            plots.Cursors,
        };
    }

    private static string Base64(float[] values) => Convert.ToBase64String(MemoryMarshal.AsBytes(values.AsSpan()));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
