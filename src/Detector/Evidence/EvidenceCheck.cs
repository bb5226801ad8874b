using System.Globalization;

namespace Thrum.Detector.Evidence;

/// <summary>One thing that was recorded and computed again.</summary>
/// <param name="What">What it is.</param>
/// <param name="Recorded">As it was recorded.</param>
/// <param name="Recomputed">As it comes out now.</param>
/// <param name="Agrees">Whether the two are the same: numbers to a millionth part.</param>
public sealed record EvidenceCheck(string What, string Recorded, string Recomputed, bool Agrees)
{
    private const double Tolerance = 1e-6;

    /// <summary>Compares evidence with what <see cref="EvidenceReplay"/> makes of it.</summary>
    public static IReadOnlyList<EvidenceCheck> All(AlarmEvidence recorded, AlarmEvidence again)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(again);
        var checks = new List<EvidenceCheck>();
        if (recorded.Decision is { } was && again.Decision is { } now)
        {
            checks.Add(Of($"{was.Metric}, the statistic", was.Value, now.Value));
            foreach (EvidenceMetric metric in was.Metrics)
            {
                EvidenceMetric? other = now.Metrics.FirstOrDefault(other => other.Metric == metric.Metric);
                checks.Add(Of(metric.Metric, metric.Value, other?.Value));
                checks.Add(Of($"p-value of {metric.Metric}", metric.PValue, other?.PValue));
            }
        }

        checks.Add(Of("reconstruction, greatest difference", 0, Difference(recorded.Reconstruction.Values, again.Reconstruction.Values)));
        checks.Add(Of("top bins", Bins(recorded), Bins(again)));
        checks.Add(Of("RMS", recorded.Measure.Rms, again.Measure.Rms));
        checks.Add(Of("kurtosis", recorded.Measure.Kurtosis, again.Measure.Kurtosis));
        checks.Add(Of("velocity RMS", recorded.Measure.VelocityRmsMmS, again.Measure.VelocityRmsMmS));
        checks.Add(Of("ISO zone", recorded.Measure.Zone, again.Measure.Zone));
        checks.Add(Of("diagnosis", recorded.Diagnosis, again.Diagnosis));
        return [.. checks.Where(check => check.Recorded.Length > 0 || check.Recomputed.Length > 0)];
    }

    private static string Bins(AlarmEvidence evidence) =>
        string.Join(", ", evidence.TopBins.Take(5).Select(bin => string.Create(CultureInfo.InvariantCulture, $"{bin.FrequencyHz:G5} Hz")));

    private static double Difference(IReadOnlyList<float> a, IReadOnlyList<float> b)
    {
        double greatest = a.Count == b.Count ? 0 : double.PositiveInfinity;
        for (int i = 0; i < a.Count && i < b.Count; i++)
        {
            greatest = Math.Max(greatest, Math.Abs((double)a[i] - b[i]));
        }

        return greatest;
    }

    private static EvidenceCheck Of(string what, double? recorded, double? recomputed) =>
        new(what, Text(recorded), Text(recomputed), recorded is { } a && recomputed is { } b ? Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(a)) : recorded is null == recomputed is null);

    private static EvidenceCheck Of(string what, string? recorded, string? recomputed) => new(what, recorded ?? "", recomputed ?? "", recorded == recomputed);

    private static string Text(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";
}
