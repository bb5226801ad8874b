using System.Globalization;
using Thrum.Detector.Models;
using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Training.Reports;

/// <summary>What a training is to tell on a model card: network, options, losses, and how far the file is from it.</summary>
public static class TrainingFacts
{
    /// <summary>The facts, in order.</summary>
    public static IReadOnlyList<CardFact> Of(TrainedModel trained, ExportParity parity)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(parity);
        TrainingOptions options = trained.Options;
        EpochReport best = trained.History.First(epoch => (epoch.Attempt, epoch.Epoch) == (trained.BestAttempt, trained.BestEpoch));
        int epochs = trained.History.Count(epoch => epoch.Attempt == trained.BestAttempt);
        return
        [
            new("network", Invariant($"`{options.Model}`, {trained.ParameterCount} parameters")),
            new("optimiser", Invariant($"{options.Optimiser}, learning rate {options.LearningRate}, {options.Schedule}, batches of {options.BatchSize}, clipped at {(options.ClipNorm > 0 ? options.ClipNorm.ToString(CultureInfo.InvariantCulture) : "nothing")}")),
            new("noise", options.Noise),
            new("stopped", Invariant($"epoch {trained.BestEpoch} of {epochs} kept{(trained.BestAttempt > 1 ? Invariant($", attempt {trained.BestAttempt}") : "")}, by {(options.StopOn.Length > 0 ? options.StopOn : "the validation loss")}, patience {options.Patience}, at most {options.Epochs}; seed {options.Seed}")),
            new("losses", Invariant($"training {best.TrainLoss:G4} (weights moving, noise included), validation {trained.BestValidationLoss:G4}; a constant output has {trained.ConstantOutputLoss:G4}")),
            new("export", Invariant($"checked on {parity.Windows} validation windows: the file differs from the trained network by at most {parity.GreatestDifference:G2} (limit {ExportParity.Tolerance:G1})")),
        ];
    }
}
