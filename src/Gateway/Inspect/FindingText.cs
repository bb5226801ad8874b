using System.Globalization;
using Thrum.Spectral.Diagnosis;

namespace Thrum.Gateway.Inspect;

/// <summary>Findings in words.</summary>
internal static class FindingText
{
    private static readonly Dictionary<FaultKind, string> Words = new()
    {
        [FaultKind.None] = "No fault found",
        [FaultKind.Undetermined] = "Undetermined",
        [FaultKind.OuterRace] = "Outer race of the bearing",
        [FaultKind.InnerRace] = "Inner race of the bearing",
        [FaultKind.Ball] = "Rolling element of the bearing",
        [FaultKind.Cage] = "Cage of the bearing",
        [FaultKind.Unbalance] = "Unbalance",
        [FaultKind.Misalignment] = "Misalignment",
        [FaultKind.Looseness] = "Looseness",
        [FaultKind.Electrical] = "Electrical, at twice the mains frequency",
        [FaultKind.Gear] = "Gear",
    };

    /// <summary>The name for people.</summary>
    public static string Title(FaultKind fault) => Words[fault];

    /// <summary>Why, in one sentence.</summary>
    public static string Reason(Finding finding, InspectionReport report) => finding.Fault switch
    {
        FaultKind.None when report.Request.Bearing is null => "Nothing stands out; the bearing was not looked at, because its geometry is not known (--bearing).",
        FaultKind.None when report.Request.Unit is null => "Nothing stands out; shaft and motor were not looked at, because the unit is not known (--unit).",
        FaultKind.None => "No pattern of bearing, shaft or motor stands out.",
        FaultKind.Undetermined when report.Request.Rpm is null => "The shaft's speed is not known (--rpm), so no pattern can be looked for.",
        FaultKind.Undetermined when finding.Evidence.Count == 0 && finding.Confidence == 0 => "Samples are missing or not finite.",
        FaultKind.Undetermined when finding.Evidence.Count == 0 => string.Create(
            CultureInfo.InvariantCulture, $"No line stands out and no known pattern fits, but kurtosis ({report.Diagnosis.Kurtosis:F1}) or velocity are beyond a healthy machine's."),
        FaultKind.Undetermined => "Something stands out, but no known pattern fits it as a whole.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{finding.Evidence[0].Name} at {finding.Evidence[0].FrequencyHz:F1} Hz, {finding.Evidence[0].OverFloor:F0} times the floor; ")
            + $"{finding.Evidence.Count} {(finding.Evidence.Count == 1 ? "line" : "lines")} of the pattern.",
    };

    /// <summary>What the amplitudes of its evidence are.</summary>
    public static string AmplitudeUnit(FaultKind fault, string? unit) => fault switch
    {
        FaultKind.OuterRace or FaultKind.InnerRace or FaultKind.Ball or FaultKind.Cage => $"{unit ?? "unit"}² in the envelope",
        FaultKind.Unbalance or FaultKind.Misalignment or FaultKind.Looseness or FaultKind.Electrical => "mm/s RMS",
        _ => $"{unit ?? "unit of the file"}",
    };
}
