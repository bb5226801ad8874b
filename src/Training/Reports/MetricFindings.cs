using Thrum.Detector.Metrics;
using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>
/// Metrics that the loss does not optimise. A metric counts as rising or stalling only when it does so on training windows too: what goes wrong on validation windows
/// alone is overfitting, not a mismatch.
/// </summary>
internal static class MetricFindings
{
    private const double LossFall = 0.05;
    private const double Rise = 0.05;
    private const double LargeLossFall = 0.3;
    private const double Stall = 0.05;

    public static IEnumerable<TrainingFinding> Of(TrainingStudy study) =>
        study.Judged.Select(metric => Rises(study, metric) ?? Stalls(study, metric)).OfType<TrainingFinding>();

    /// <summary>From the metric's best epoch to the one that was kept the loss fell and the metric rose.</summary>
    private static TrainingFinding? Rises(TrainingStudy study, MetricCurve metric)
    {
        MetricCurve loss = study.Curves.Loss;
        int best = study.Curves.Best, turn = LowestUpTo(metric.Validation, best);
        double fall = 1 - (loss.Validation[best] / loss.Validation[turn]);
        double rise = (metric.Validation[best] / metric.Validation[turn]) - 1, own = (metric.Train[best] / metric.Train[turn]) - 1;
        return !(fall > LossFall && rise > Rise && own > Rise) ? null : Finding(study, FindingKind.MetricRises, metric, Invariant(
            $"From epoch {turn + 1}, where {metric.Name} was lowest, to epoch {best + 1}, which was kept, {loss.Name} fell by {fall:P0} and {metric.Name} rose by {rise:P0} on validation and {own:P0} on training windows (bounds {LossFall:P0} and {Rise:P0})."));
    }

    /// <summary>From the first epoch to the best the loss fell far and the metric hardly.</summary>
    private static TrainingFinding? Stalls(TrainingStudy study, MetricCurve metric)
    {
        MetricCurve loss = study.Curves.Loss;
        int best = study.Curves.Best;
        double fall = 1 - (loss.Validation[best] / loss.Validation[0]);
        double gain = 1 - (metric.Validation[best] / metric.Validation[0]), own = 1 - (metric.Train[best] / metric.Train[0]);
        return !(fall > LargeLossFall && gain < Stall && own < Stall) ? null : Finding(study, FindingKind.MetricStalls, metric, Invariant(
            $"From epoch 1 to {best + 1} {loss.Name} fell by {fall:P0} and {metric.Name} by {gain:P0} on validation and {own:P0} on training windows (bounds {LargeLossFall:P0} and {Stall:P0})."));
    }

    private static TrainingFinding Finding(TrainingStudy study, FindingKind kind, MetricCurve metric, string evidence)
    {
        string verb = kind == FindingKind.MetricRises ? "rises" : "stalls";
        (string mismatch, string reason, bool needsLoss) = Explain(metric.Name);
        string sum = Invariant($"--loss '{study.Model.Options.Loss}+{Weight(study, metric):G2}*{metric.Name}', in which both weigh alike now");
        bool isOneTerm = Metric(metric.Name) is null or { Terms: [{ Weight: 1 }] };
        string remedy = !isOneTerm ? Invariant($"--loss '{metric.Name}', which is what you measure.")
            : needsLoss ? sum + "; alone it does not fix the waveform."
            : Invariant($"--loss '{metric.Name}', or {sum}.");

        // Its best epoch is worth keeping only where it is another than the one that was kept.
        remedy += kind == FindingKind.MetricRises ? Invariant($" --stop-on '{metric.Name}' keeps at least its best epoch.") : "";
        return new TrainingFinding(kind, $"The loss falls while {metric.Name} {verb}: a mismatch of {mismatch}", Invariant($"{evidence} {reason}"), remedy) { Metric = metric.Name };
    }

    private static (string Mismatch, string Reason, bool NeedsLoss) Explain(string metric)
    {
        MetricTerm? term = Metric(metric)?.Terms[0];
        MetricKind? kind = term?.Kind == MetricKind.Flipped ? term.Inner ?? MetricKind.Mse : term?.Kind;
        return kind switch
        {
            MetricKind.Relative => ("relative error", "Errors at small values count in it as much as those at large ones, which are all that the loss sees.", false),
            MetricKind.Fft => ("frequency", "It looks at a few spectral lines, which hold a small part of the power that the loss sees.", true),
            MetricKind.Exceedance => ("level", "It looks only at what exceeds a level, the loss at everything.", true),
            MetricKind.Mae or MetricKind.Sad => ("scale", "It weighs errors by their size, the loss otherwise: many small errors can grow while a few large ones shrink.", false),
            _ => ("scale", "It weighs large and small errors otherwise than the loss: few large ones can grow while many small ones shrink, or the reverse.", false),
        };
    }

    /// <summary>Null for a loss that no detector measures, such as <c>huber(δ)</c>.</summary>
    private static MetricExpression? Metric(string name)
    {
        try
        {
            return MetricExpression.Parse(name);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static double Weight(TrainingStudy study, MetricCurve metric)
    {
        double value = metric.Train[study.Curves.Best];
        return value > 0 ? study.Curves.Loss.Train[study.Curves.Best] / value : 1;
    }

    private static int LowestUpTo(IReadOnlyList<double> values, int end) => Enumerable.Range(0, end + 1).MinBy(i => values[i]);
}
