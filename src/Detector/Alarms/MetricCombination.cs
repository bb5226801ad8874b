using System.Globalization;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Alarms;

/// <summary>
/// A combination for one model: each metric of a window becomes −lg p by its own healthy distribution, the scale on which metrics can be compared, and the k-th
/// largest of them is the number of the window. <c>min-p</c> is the largest after Šidák's correction p* = 1 − (1 − p)^m (JASA 62, 1967), which is exact for
/// independent metrics and too cautious for those that agree. Immutable; allocates nothing per window.
/// </summary>
internal sealed class MetricCombination
{
    private static readonly double Ln10 = Math.Log(10);

    private readonly int[] _indexes;
    private readonly ScoreDistribution[]? _healthy;

    /// <param name="spec">The combination.</param>
    /// <param name="indexes">Where each of its metrics stands among those of a window.</param>
    /// <param name="healthy">The distribution of each; null where they are deviations, standard normal when healthy.</param>
    public MetricCombination(CombinationSpec spec, int[] indexes, ScoreDistribution[]? healthy)
    {
        Spec = spec;
        _indexes = indexes;
        _healthy = healthy;
    }

    public CombinationSpec Spec { get; }

    /// <summary>A combination by some distributions; null where one of its metrics has none.</summary>
    /// <param name="text">The combination as written.</param>
    /// <param name="metrics">The metrics of a window.</param>
    /// <param name="table">The distributions.</param>
    public static MetricCombination? For(string text, IReadOnlyList<string> metrics, CalibrationTable table)
    {
        CombinationSpec spec = CombinationSpec.Parse(text)!;
        int[] indexes = [.. spec.Metrics.Select(metric => metrics.ToList().IndexOf(metric))];
        return Array.TrueForAll(indexes, index => index >= 0) && spec.Metrics.All(table.Metrics.ContainsKey)
            ? new MetricCombination(spec, indexes, [.. spec.Metrics.Select(metric => table.Metrics[metric])])
            : null;
    }

    /// <summary>The number of a window.</summary>
    /// <param name="metrics">All metrics of the window.</param>
    public float ValueOf(ReadOnlySpan<float> metrics)
    {
        Span<float> parts = stackalloc float[_indexes.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Part(i, metrics[_indexes[i]]);
        }

        return Join(parts);
    }

    /// <summary>The number of every window of a calibration.</summary>
    public HealthySequence Combine(HealthyScores scores)
    {
        float[] parts = new float[_indexes.Length];
        return HealthySequence.Combine([.. Spec.Metrics.Select(metric => scores.Metrics[metric])], values =>
        {
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = Part(i, values[i]);
            }

            return Join(parts);
        });
    }

    /// <summary>Index among the metrics of a window of the one that is the rarest.</summary>
    public int LeadingIndex(ReadOnlySpan<float> metrics)
    {
        int leading = 0;
        for (int i = 1; i < _indexes.Length; i++)
        {
            leading = Part(i, metrics[_indexes[i]]) > Part(leading, metrics[_indexes[leading]]) ? i : leading;
        }

        return _indexes[leading];
    }

    /// <summary>Which metrics reached a level in a window, the strongest first; where none did alone, the strongest.</summary>
    public string Leading(ReadOnlySpan<float> metrics, double level)
    {
        var parts = new (string Metric, float Part)[_indexes.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = (Spec.Metrics[i], Part(i, metrics[_indexes[i]]));
        }

        Array.Sort(parts, (a, b) => b.Part.CompareTo(a.Part));
        int leading = Math.Max(1, parts.Count(part => part.Part >= level));
        return string.Join(", ", parts.Take(leading).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Metric} (p = {Math.Pow(10, -part.Part):G2})")));
    }

    /// <summary>The level that stands for k standard deviations: −lg of a normal distribution's tail there.</summary>
    public static double SigmaLevel(double k) => -NormalTail.Log(k) / Ln10;

    // Of a long calibration the lower scores are only known to be low: −∞, which stays so.
    private float Part(int i, float value) => float.IsNegativeInfinity(value) ? value : (float)(-(_healthy is null ? NormalTail.Log(value) : _healthy[i].SmoothLogPValue(value)) / Ln10);

    private float Join(Span<float> parts)
    {
        parts.Sort();
        return Spec.IsLeastPValue ? Corrected(parts[^1], parts.Length) : parts[^Spec.Count];
    }

    private static float Corrected(double part, int metrics)
    {
        double p = Math.Pow(10, -Math.Max(part, 0));

        // Below, 1 − p is 1 to double's precision, and the correction is that of Bonferroni.
        return (float)(p < 1e-9 ? part - Math.Log10(metrics) : -Math.Log10(1 - Math.Pow(1 - p, metrics)));
    }
}
