using System.Globalization;
using Thrum.Training.Data;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Trains an autoencoder on windows of healthy operation, on one thread. Stateless.</summary>
public static class AutoencoderTrainer
{
    /// <summary>The result must be at least this much below the loss of a constant output to count as having learned anything.</summary>
    private const double LearnedMargin = 0.01;

    /// <summary>
    /// Trains until the epochs or the patience run out and keeps the weights with the lowest validation loss. A result no better
    /// than a constant output, or not finite, is begun again from other weights; the best attempt is returned, and
    /// <see cref="TrainedModel.IsBetterThanConstantOutput"/> says what it is worth.
    /// </summary>
    /// <param name="train">Normalised windows for the steps.</param>
    /// <param name="validation">Normalised windows that share no sample with <paramref name="train"/> (<see cref="BlockedSplit"/>).</param>
    /// <param name="options">What to train and how.</param>
    /// <param name="progress">Told after each epoch, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <exception cref="ArgumentException">The options have faults, a set is empty or its window is not the model's.</exception>
    /// <exception cref="TrainingDivergedException">No attempt reached a finite loss.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TrainedModel Train(
        WindowSet train, WindowSet validation, TrainingOptions options, IProgress<EpochReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        (Architecture architecture, ReconstructionLoss loss) = Prepare(options);
        CheckWindows(train, architecture, options, nameof(train));
        CheckWindows(validation, architecture, options, nameof(validation));

        double constantLoss = ConstantOutput.Loss(train, validation, loss);
        var history = new List<EpochReport>();
        TrainingAttempt? best = null;
        using var evaluation = new EvaluationSession(architecture, loss);
        for (int attempt = 0; attempt <= options.Restarts; attempt++)
        {
            var current = new TrainingAttempt(architecture, loss, options, attempt);
            current.Run(train, validation, evaluation, progress, cancellationToken);
            history.AddRange(current.History);
            if (current.BestLoss < (best?.BestLoss ?? double.PositiveInfinity))
            {
                best = current;
            }

            if (IsLearned(current.BestLoss, constantLoss))
            {
                break;
            }
        }

        if (best?.BestParameters is not { } parameters)
        {
            throw new TrainingDivergedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {options.Loss} loss of {options.Model} was not finite in any of {options.Restarts + 1} attempts with learning rate {options.LearningRate}; try a tenth of it, and check that the windows are normalised"));
        }

        return new TrainedModel(architecture, loss, options, parameters)
        {
            History = history,
            BestAttempt = best.History[0].Attempt,
            BestEpoch = best.BestEpoch,
            BestValidationLoss = best.BestLoss,
            ConstantOutputLoss = constantLoss,
            IsBetterThanConstantOutput = IsLearned(best.BestLoss, constantLoss),
        };
    }

    private static bool IsLearned(double loss, double constantLoss) => loss < constantLoss * (1 - LearnedMargin);

    private static (Architecture Architecture, ReconstructionLoss Loss) Prepare(TrainingOptions options)
    {
        IReadOnlyList<string> faults = options.Validate();
        return faults.Count == 0
            && ArchitectureParser.TryParse(options.Model, out Architecture? architecture, out _)
            && LossParser.TryParse(options.Loss, options.LossContextOf(architecture.WindowSamples), out ReconstructionLoss? loss, out _)
            ? (architecture, loss)
            : throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
    }

    private static void CheckWindows(WindowSet windows, Architecture architecture, TrainingOptions options, string role)
    {
        if (windows.Count == 0)
        {
            throw new ArgumentException($"the {role} set is empty; expected at least one window", role);
        }

        if (windows.WindowSamples != architecture.WindowSamples)
        {
            throw new ArgumentException($"the {role} windows have {windows.WindowSamples} samples, {options.Model} expects {architecture.WindowSamples}", role);
        }
    }
}
