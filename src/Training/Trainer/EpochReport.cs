namespace Thrum.Training.Trainer;

/// <summary>One pass over the training windows.</summary>
/// <param name="Attempt">From 1; above 1 after a restart.</param>
/// <param name="Epoch">From 1 within the attempt.</param>
/// <param name="TrainLoss">Mean over the epoch's batches while the weights were moving, noise included.</param>
/// <param name="ValidationLoss">Over all validation windows after the epoch, without noise.</param>
/// <param name="IsBest">Whether this is the attempt's lowest validation loss so far.</param>
public sealed record EpochReport(int Attempt, int Epoch, double TrainLoss, double ValidationLoss, bool IsBest);
