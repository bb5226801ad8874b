using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Spectral.Measures;
using static System.FormattableString;

namespace Thrum.Gateway.Explain;

/// <summary>An explained alarm in plain words, a line each.</summary>
internal static class ExplanationText
{
    private const int ShownLines = 6;

    public static IEnumerable<string> Lines(ExplainedAlarm alarm) =>
        Head(alarm.Recorded)
            .Concat(Decision(alarm))
            .Concat(alarm.Recorded.Voters.Select(voter => $"  vote of {voter.Sensor}/{voter.Axis} by rule '{voter.Rule}', since {Time(voter.SinceUnixNs)}"))
            .Concat(alarm.Recorded.NonVoters.Select(other => $"  no vote of {other.Sensor}/{other.Axis}: {(other.IsPresent ? "no condition" : "silent")}"))
            .Concat(Trend(alarm.Recorded))
            .Concat(Spectrum(alarm))
            .Concat(Machine(alarm))
            .Concat(Verdict(alarm));

    private static IEnumerable<string> Head(AlarmEvidence of)
    {
        yield return $"Alarm {of.TransitionId}";
        yield return $"  {of.Machine}/{of.Sensor}/{of.Axis}, rule '{of.RuleId}', {of.Severity.ToWireName()}, {Time(of.EventTimeUnixNs)}";
        if (of.Decision is { } decision)
        {
            yield return $"  {decision.Message}";
        }
    }

    private static IEnumerable<string> Decision(ExplainedAlarm alarm)
    {
        if (alarm.Recorded.Decision is not { } decision)
        {
            yield return "How it was decided was not kept: the evidence is of an earlier release.";
            yield break;
        }

        yield return "Decision";
        if (decision.Recent.Count > 0)
        {
            yield return $"  the last numbers of {decision.Metric}: {string.Join("  ", decision.Recent.Select(Number))}";
            yield return $"  the {Ordinal(decision.RaiseCount)} largest of them is {Number(alarm.Again.Decision?.Value)}; the level is {Number(decision.Threshold)}: {(alarm.Again.Decision?.Value >= decision.Threshold ? "raised" : "not raised")}";
        }

        yield return $"  {alarm.ModelNote}";
        foreach (EvidenceMetric metric in alarm.Again.Decision?.Metrics ?? [])
        {
            yield return $"  {metric.Metric} {Number(metric.Value)}{(metric.PValue is { } p ? $", as high in a share of {Number(p)} of healthy windows" : "")}";
        }
    }

    private static IEnumerable<string> Trend(AlarmEvidence of)
    {
        if (of.Trend is { Days.Count: > 0, Values.Count: > 0 } trend)
        {
            yield return "Trend";
            yield return Invariant($"  {trend.Quantity} over {trend.Days.Count} buckets in {-trend.Days[0]:F1} days: from {Number(trend.Values[0])} to {Number(trend.Level)}");
            yield return $"  reference {Number(trend.Reference)}, rise a day {Number(trend.Slope)}, surely {Number(trend.LowerSlope)}";
        }
    }

    private static IEnumerable<string> Spectrum(ExplainedAlarm alarm)
    {
        if (alarm.Again.TopBins.Count > 0)
        {
            yield return "What the reconstruction misses most";
            foreach (EvidenceBin bin in alarm.Again.TopBins.Take(ShownLines))
            {
                yield return Invariant($"  {bin.FrequencyHz:G5} Hz: {Number(bin.Amplitude)} where {Number(bin.Reconstructed)} was expected");
            }
        }
    }

    private static IEnumerable<string> Machine(ExplainedAlarm alarm)
    {
        EvidenceMeasure of = alarm.Again.Measure;
        if (of.Rms is null)
        {
            yield break;
        }

        yield return Invariant($"Machine, from {alarm.Recorded.SampleRateHz:G6} Hz samples up to {Time(alarm.Recorded.TakenAtUnixNs)}");
        yield return $"  RMS {Number(of.Rms)} {of.Unit}, peak {Number(of.Peak)}, crest {Number(of.Crest)}, kurtosis {Number(of.Kurtosis)} (a Gaussian has 3)";
        yield return of.Zone is null
            ? "  velocity and ISO zone are not known: that needs the unit of the samples, an acceleration (Machines:Unit)"
            : $"  velocity {Number(of.VelocityRmsMmS)} mm/s RMS, zone {of.Zone} of {Iso20816Part3.Edition}";
        yield return $"  diagnosis: {alarm.Again.Diagnosis}{(alarm.Again.Diagnosis == "undetermined" && alarm.Recorded.TakenAtUnixNs == alarm.Recorded.EventTimeUnixNs ? ", because the buffer ends with the alarm" : "")}";
        foreach (EvidenceFinding finding in alarm.Again.Findings)
        {
            string lines = string.Join(", ", finding.Lines.Take(ShownLines).Select(line => Invariant($"{line.Name} at {line.FrequencyHz:G5} Hz, {Number(line.OverFloor)} over the floor")));
            yield return $"  {finding.Fault}, rank {Number(finding.Confidence)}{(alarm.Recorded.Before.Contains(finding.Fault) ? ", there before the alarm" : "")}{(lines.Length == 0 ? "" : ": " + lines)}";
        }
    }

    private static IEnumerable<string> Verdict(ExplainedAlarm alarm)
    {
        EvidenceCheck[] off = [.. alarm.Checks.Where(check => !check.Agrees)];
        yield return off.Length == 0
            ? Invariant($"All {alarm.Checks.Count} values that can be computed again agree with what was recorded.")
            : Invariant($"{off.Length} of {alarm.Checks.Count} values differ from what was recorded:");
        foreach (EvidenceCheck check in off)
        {
            yield return $"  {check.What}: recorded '{check.Recorded}', now '{check.Recomputed}'";
        }

        if (off.Length > 0)
        {
            yield return "  Entries of Machines or the program may have changed since.";
        }
    }

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "–";

    private static string Time(long unixNs) => UnixTime.ToDateTimeOffset(unixNs).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private static string Ordinal(int place) => place switch { 1 => "1st", 2 => "2nd", 3 => "3rd", _ => Invariant($"{place}th") };
}
