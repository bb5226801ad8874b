using System.Globalization;
using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Trains an autoencoder on windows of healthy operation. Stateless.</summary>
public static class AutoencoderTrainer
{
    /// <summary>The result must be at least this much below the loss of a constant output to count as having learned anything.</summary>
    private const double LearnedMargin = 0.01;

    /// <summary>
    /// Trains until the epochs or the patience run out and keeps the weights with the lowest validation loss, or <see cref="TrainingOptions.StopOn"/>. A result no better
    /// than a constant output, or not finite, is begun again from other weights; the best attempt is returned, and
    /// <see cref="TrainedModel.IsBetterThanConstantOutput"/> says what it is worth.
    /// </summary>
    /// <param name="train">Normalised windows for the steps.</param>
    /// <param name="validation">Normalised windows that share no sample with <paramref name="train"/> (<see cref="BlockedSplit"/>).</param>
    /// <param name="options">What to train and how.</param>
    /// <param name="progress">Told after each epoch, on the calling thread.</param>
    /// <param name="checkpoint">Where to go on from, and to write to after each epoch; null for none. It is the caller's to delete, once the result is kept.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <exception cref="ArgumentException">The options have faults, a set is empty or its window is not the model's.</exception>
    /// <exception cref="TrainingCheckpointException">The checkpoint's file is none, or of another training.</exception>
    /// <exception cref="TrainingDivergedException">No attempt reached a finite loss.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint stays.</exception>
    public static TrainedModel Train(
        IWindowSource train,
        IWindowSource validation,
        TrainingOptions options,
        IProgress<EpochReport>? progress = null,
        TrainingCheckpoint? checkpoint = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        var plan = TrainingPlan.Of(options);
        CheckWindows(train, plan.Architecture, options, nameof(train));
        CheckWindows(validation, plan.Architecture, options, nameof(validation));

        double constantLoss = ConstantOutput.Loss(train, validation, plan.Loss);
        string fingerprint = checkpoint is null ? "" : TrainingCheckpoint.FingerprintOf(options, train, validation);
        (AttemptState? Best, AttemptState Current)? resume = checkpoint?.Load(fingerprint);
        using var evaluation = new EvaluationSession(plan.Architecture, plan.Criteria, options.Threads, plan.Tracked.NewSet());
        AttemptState? best = resume?.Best;
        var history = new List<EpochReport>(best?.History ?? []);
        for (int attempt = resume?.Current.Attempt ?? 0; attempt <= options.Restarts; attempt++)
        {
            var current = new TrainingAttempt(plan, attempt);
            AttemptState? before = best is null ? null : best with { History = [.. history] };
            current.Run(train, validation, evaluation, resume?.Current, AfterEpoch, cancellationToken);
            resume = null;
            history.AddRange(current.History);
            if (current.BestLoss < (best?.BestLoss ?? double.PositiveInfinity) || best is null)
            {
                best = Result(attempt, current);
            }

            if (IsLearned(current.BestLoss, constantLoss))
            {
                break;
            }

            void AfterEpoch(EpochReport report, Func<AttemptState> capture)
            {
                checkpoint?.Save(fingerprint, before, capture());
                progress?.Report(report);
            }
        }

        return best?.BestParameters is { } parameters
            ? new TrainedModel(plan.Architecture, plan.Loss, options, parameters)
            {
                History = history,
                BestAttempt = best.Attempt + 1,
                BestEpoch = best.BestEpoch,
                BestValidationLoss = best.BestLoss,
                ConstantOutputLoss = constantLoss,
                IsBetterThanConstantOutput = IsLearned(best.BestLoss, constantLoss),
            }
            : throw new TrainingDivergedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {options.Loss} loss of {options.Model} was not finite in any of {options.Restarts + 1} attempts with learning rate {options.LearningRate}; try a tenth of it, and check that the windows are normalised"));
    }

    internal static bool IsLearned(double loss, double constantLoss) => loss < constantLoss * (1 - LearnedMargin);

    /// <summary>What an attempt came to; nothing goes on from it.</summary>
    private static AttemptState Result(int attempt, TrainingAttempt ended) => new()
    {
        Attempt = attempt,
        History = [.. ended.History],
        BestParameters = ended.BestParameters,
        BestLoss = ended.BestLoss,
        BestCriterion = ended.BestCriterion,
        BestEpoch = ended.BestEpoch,
        Step = 0,
        Parameters = [],
        OptimiserStates = [],
        Indices = [],
        Randoms = new (ulong, double?)[3],
        Schedule = default,
    };

    private static void CheckWindows(IWindowSource windows, Architecture architecture, TrainingOptions options, string role)
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
