namespace Thrum.Training.Trainer;

/// <summary>One pass over the training windows.</summary>
/// <param name="Attempt">From 1; above 1 after a restart.</param>
/// <param name="Epoch">From 1 within the attempt.</param>
/// <param name="TrainLoss">Mean over the epoch's batches while the weights were moving, noise included.</param>
/// <param name="ValidationLoss">Over all validation windows after the epoch, without noise.</param>
/// <param name="IsBest">Whether what decides when to stop is the attempt's lowest so far.</param>
public sealed record EpochReport(int Attempt, int Epoch, double TrainLoss, double ValidationLoss, bool IsBest)
{
    /// <summary>Learning rate of the epoch's last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>
    /// The loss over training windows after the epoch, without noise: of the first ones, as many as there are for validation. Null where no metric is tracked.
    /// </summary>
    public double? SettledTrainLoss { get; init; }

    /// <summary>The metrics of <see cref="TrainingOptions.Track"/> over the same training windows, as the detector scores them.</summary>
    public IReadOnlyList<double> TrainMetrics { get; init; } = [];

    /// <summary>The same over all validation windows.</summary>
    public IReadOnlyList<double> ValidationMetrics { get; init; } = [];
}
