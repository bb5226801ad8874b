using System.Runtime.InteropServices;

namespace Thrum.Training.Evaluation;

/// <summary>How many windows of each kind have one and the same score.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScoreGroup(double Score, int Healthy, int Anomalous)
{
    /// <summary>The distinct scores in ascending order.</summary>
    public static List<ScoreGroup> Ascending(ReadOnlySpan<double> healthy, ReadOnlySpan<double> anomalous)
    {
        Check(healthy, nameof(healthy));
        Check(anomalous, nameof(anomalous));
        double[] sortedHealthy = healthy.ToArray();
        double[] sortedAnomalous = anomalous.ToArray();
        Array.Sort(sortedHealthy);
        Array.Sort(sortedAnomalous);
        var groups = new List<ScoreGroup>();
        int h = 0;
        int a = 0;
        while (h < sortedHealthy.Length || a < sortedAnomalous.Length)
        {
            double score = Math.Min(
                h < sortedHealthy.Length ? sortedHealthy[h] : double.PositiveInfinity,
                a < sortedAnomalous.Length ? sortedAnomalous[a] : double.PositiveInfinity);
            int healthyHere = CountEqual(sortedHealthy, h, score);
            int anomalousHere = CountEqual(sortedAnomalous, a, score);
            groups.Add(new ScoreGroup(score, healthyHere, anomalousHere));
            h += healthyHere;
            a += anomalousHere;
        }

        return groups;
    }

    public static void Check(ReadOnlySpan<double> scores, string name)
    {
        if (scores.IsEmpty)
        {
            throw new ArgumentException($"there are no {name} scores; expected at least one", name);
        }

        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i]))
            {
                throw new ArgumentException($"score {i} of {name} is NaN; expected numbers", name);
            }
        }
    }

    private static int CountEqual(double[] sorted, int start, double score)
    {
        int end = start;
        while (end < sorted.Length && sorted[end] == score)
        {
            end++;
        }

        return end - start;
    }
}
