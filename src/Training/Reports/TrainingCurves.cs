using Thrum.Training.Trainer;

namespace Thrum.Training.Reports;

/// <summary>One loss or metric, epoch by epoch, without noise and dropout.</summary>
/// <param name="Name">Its text.</param>
/// <param name="Train">Over training windows.</param>
/// <param name="Validation">Over validation windows.</param>
public sealed record MetricCurve(string Name, IReadOnlyList<double> Train, IReadOnlyList<double> Validation);

/// <summary>What the attempt that the weights are from did, epoch by epoch. Immutable.</summary>
public sealed class TrainingCurves
{
    private const double SameWithin = 1e-3;

    internal TrainingCurves(MetricCurve loss, IReadOnlyList<MetricCurve> metrics, int best, IReadOnlyList<EpochReport> epochs)
    {
        Loss = loss;
        Metrics = metrics;
        Best = best;
        Epochs = epochs;
    }

    /// <summary>The loss, of which penalties on weights are no part.</summary>
    public MetricCurve Loss { get; }

    /// <summary>The loss as the detector scores it, where that is another.</summary>
    internal MetricCurve LossAsScored => Metrics.FirstOrDefault(metric => metric.Name == Loss.Name) ?? Loss;

    /// <summary>The tracked metrics, without the loss where it is the same.</summary>
    public IReadOnlyList<MetricCurve> Metrics { get; }

    /// <summary>Index of the epoch that was kept.</summary>
    public int Best { get; }

    /// <summary>As they were reported.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; }

    /// <summary>What to call a curve: two are of the loss where the detector tells it otherwise.</summary>
    public string TitleOf(MetricCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return curve == Loss ? $"{curve.Name} (loss)" : curve.Name == Loss.Name ? $"{curve.Name} (as scored)" : curve.Name;
    }

    /// <summary>What to track for a report: the loss, which the detector may tell otherwise beyond a clamp, then the metrics.</summary>
    public static IReadOnlyList<string> Track(string loss, IEnumerable<string> metrics) => [.. metrics.Prepend(loss).Distinct()];

    /// <summary>The curves of a training. The loss is among the metrics too where the detector tells it otherwise.</summary>
    /// <exception cref="ArgumentException">Nothing was tracked.</exception>
    public static TrainingCurves Of(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<string> names = model.Options.Track;
        if (names.Count == 0)
        {
            throw new ArgumentException("Track is empty; expected the metrics that the report shows", nameof(model));
        }

        EpochReport[] epochs = [.. model.History.Where(epoch => epoch.Attempt == model.BestAttempt)];
        var loss = new MetricCurve(model.Options.Loss, [.. epochs.Select(e => e.SettledTrainLoss ?? double.NaN)], [.. epochs.Select(e => e.ValidationLoss)]);
        IEnumerable<MetricCurve> curves = names.Select((name, i) => new MetricCurve(name, [.. epochs.Select(e => e.TrainMetrics[i])], [.. epochs.Select(e => e.ValidationMetrics[i])]));
        return new TrainingCurves(loss, [.. curves.Where(curve => !IsSame(curve, loss))], model.BestEpoch - 1, epochs);
    }

    // The graph sums in float32, and lmse-max near its clamp has one digit there: what cannot be told apart in a drawing is the same.
    private static bool IsSame(MetricCurve curve, MetricCurve loss) =>
        curve.Name == loss.Name && curve.Train.Concat(curve.Validation).Zip(loss.Train.Concat(loss.Validation), (a, b) => Math.Abs(a - b) <= SameWithin * Math.Abs(b)).All(isClose => isClose);
}
