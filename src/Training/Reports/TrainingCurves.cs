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
    private TrainingCurves(MetricCurve loss, IReadOnlyList<MetricCurve> metrics, int best, IReadOnlyList<EpochReport> epochs)
    {
        Loss = loss;
        Metrics = metrics;
        Best = best;
        Epochs = epochs;
    }

    /// <summary>The loss, of which penalties on weights are no part.</summary>
    public MetricCurve Loss { get; }

    /// <summary>The other tracked metrics.</summary>
    public IReadOnlyList<MetricCurve> Metrics { get; }

    /// <summary>Index of the epoch that was kept.</summary>
    public int Best { get; }

    /// <summary>As they were reported.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; }

    /// <summary>What to track for a report: the loss, so that it is known without noise for training windows too, then the metrics.</summary>
    public static IReadOnlyList<string> Track(string loss, IEnumerable<string> metrics) => [.. metrics.Prepend(loss).Distinct()];

    /// <summary>The curves of a training.</summary>
    /// <exception cref="ArgumentException">The loss was not tracked.</exception>
    public static TrainingCurves Of(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        EpochReport[] epochs = [.. model.History.Where(epoch => epoch.Attempt == model.BestAttempt)];
        IReadOnlyList<string> names = model.Options.Track;
        MetricCurve[] curves = [.. names.Select((name, i) => new MetricCurve(name, [.. epochs.Select(e => e.TrainMetrics[i])], [.. epochs.Select(e => e.ValidationMetrics[i])]))];
        MetricCurve loss = Array.Find(curves, curve => curve.Name == model.Options.Loss)
            ?? throw new ArgumentException($"Track is {string.Join(", ", names)}; expected the loss {model.Options.Loss} among them", nameof(model));
        return new TrainingCurves(loss, [.. curves.Where(curve => curve != loss)], model.BestEpoch - 1, epochs);
    }
}
