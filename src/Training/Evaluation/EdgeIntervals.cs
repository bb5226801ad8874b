namespace Thrum.Training.Evaluation;

/// <summary>
/// Makes intervals of the bootstrap honest near 0 and 1. Where every window is right, every resample is right too: the bootstrap then gives no width at all, whatever the number of windows, and hardly any
/// where so few are wrong that they fill no block. There the interval is widened to Wilson's on the effective number of windows, as Korn and Graubard do for clustered samples (Survey Methodology 24, 1998):
/// their number over the length of a block, for nothing in them says how alike neighbours are. Away from the edges the bootstrap measures that, and is left as it is.
/// </summary>
internal static class EdgeIntervals
{
    private const double Rounding = 1e-12;

    /// <summary>A share of windows.</summary>
    /// <param name="bootstrap">What the bootstrap gives.</param>
    /// <param name="part">Windows that the share counts.</param>
    /// <param name="whole">Windows it is a share of; 0 leaves everything open.</param>
    /// <param name="blockLength">Windows of a block.</param>
    public static ConfidenceInterval Share(ConfidenceInterval bootstrap, long part, long whole, int blockLength) =>
        whole == 0 ? bootstrap with { Low = 0, High = 1 }
        : IsNearEdge(part, whole, blockLength) ? Hull(bootstrap, Wilson.Of((double)part / whole, (double)whole / blockLength))
        : bootstrap;

    /// <summary>
    /// The area under the ROC curve. No estimate of P(anomalous &gt; healthy) = θ varies more than θ(1 − θ) over the size of the smaller group
    /// (Birnbaum and Klose, Annals of Mathematical Statistics 28, 1957), as a share of so many windows would.
    /// </summary>
    /// <param name="bootstrap">What the bootstrap gives.</param>
    /// <param name="smaller">Windows of the smaller group.</param>
    /// <param name="blockLength">Windows of a block.</param>
    public static ConfidenceInterval Area(ConfidenceInterval bootstrap, int smaller, int blockLength) =>
        Math.Min(bootstrap.Value, 1 - bootstrap.Value) * smaller < blockLength - Rounding ? Hull(bootstrap, Wilson.Of(bootstrap.Value, (double)smaller / blockLength)) : bootstrap;

    /// <summary>
    /// Average precision. Where it is near 1, it falls by the healthy windows that outrank all anomalous ones, whatever the size of the other group: so it is also held below what it would be with as many of them
    /// on top as Wilson's bound on their share allows where none was seen. With h of them the k-th anomalous window has a precision of k/(k + h).
    /// </summary>
    /// <param name="bootstrap">What the bootstrap gives.</param>
    /// <param name="healthy">Healthy windows.</param>
    /// <param name="anomalous">Anomalous windows.</param>
    /// <param name="blockLength">Windows of a block.</param>
    public static ConfidenceInterval AveragePrecision(ConfidenceInterval bootstrap, int healthy, int anomalous, int blockLength)
    {
        int smaller = Math.Min(healthy, anomalous);
        ConfidenceInterval area = Area(bootstrap, smaller, blockLength);
        if ((1 - bootstrap.Value) * smaller >= blockLength - Rounding)
        {
            return area;
        }

        double onTop = healthy * Wilson.Of(0, (double)healthy / blockLength).High;
        return area with { Low = Math.Min(area.Low, Enumerable.Range(1, anomalous).Average(k => k / (k + onTop))) };
    }

    /// <summary>2s/(1 + s) of a share s, which is F1 of s = TP / (TP + FP + FN).</summary>
    public static ConfidenceInterval F1(ConfidenceInterval bootstrap, in ConfusionCounts counts, int blockLength)
    {
        long whole = counts.TruePositives + counts.FalsePositives + counts.FalseNegatives;
        if (!IsNearEdge(counts.TruePositives, whole, blockLength))
        {
            return bootstrap;
        }

        ConfidenceInterval share = Wilson.Of((double)counts.TruePositives / whole, (double)whole / blockLength);
        return Hull(bootstrap, new ConfidenceInterval(bootstrap.Value, 2 * share.Low / (1 + share.Low), 2 * share.High / (1 + share.High)));
    }

    /// <summary>
    /// A figure that rises with recall and falls with the false-alarm rate, from their intervals: the squares of what each bound moves it by are added (Zou and Donner, Statistics in Medicine 27, 2008), as the
    /// groups are independent. Only where one of the two is near an edge, of which the bootstrap sees nothing.
    /// </summary>
    public static ConfidenceInterval OfBoth(ConfidenceInterval bootstrap, ConfidenceInterval recall, ConfidenceInterval falseAlarms, in ConfusionCounts counts, int blockLength, Func<double, double, double> figure)
    {
        bool isNear = IsNearEdge(counts.TruePositives, counts.TruePositives + counts.FalseNegatives, blockLength) || IsNearEdge(counts.FalsePositives, counts.FalsePositives + counts.TrueNegatives, blockLength);
        double Distance(double otherRecall, double otherRate) =>
            double.Hypot(figure(otherRecall, falseAlarms.Value) - bootstrap.Value, figure(recall.Value, otherRate) - bootstrap.Value);
        return !isNear ? bootstrap : Hull(bootstrap, new ConfidenceInterval(
            bootstrap.Value,
            Math.Max(0, bootstrap.Value - Distance(recall.Low, falseAlarms.High)),
            Math.Min(1, bootstrap.Value + Distance(recall.High, falseAlarms.Low))));
    }

    // Fewer than a block's worth: all of them may be one stretch.
    private static bool IsNearEdge(long part, long whole, int blockLength) => Math.Min(part, whole - part) < blockLength;

    private static ConfidenceInterval Hull(ConfidenceInterval value, ConfidenceInterval other) => value with { Low = Math.Min(value.Low, other.Low), High = Math.Max(value.High, other.High) };
}
