using Thrum.Training.Data;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>One training from fresh starting weights until patience, epochs or numbers run out.</summary>
internal sealed class TrainingAttempt(Architecture architecture, ReconstructionLoss loss, TrainingOptions options, int attempt)
{
    private readonly List<EpochReport> _history = [];
    private readonly SeededRandom _dropout = SeededRandom.For(options.Seed, attempt, RandomPurpose.Dropout);

    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>The parameters with the lowest validation loss; null if that never was finite.</summary>
    public float[]? BestParameters { get; private set; }

    public double BestLoss { get; private set; } = double.PositiveInfinity;

    public int BestEpoch { get; private set; }

    public void Run(WindowSet train, WindowSet validation, EvaluationSession evaluation, IProgress<EpochReport>? progress, CancellationToken cancellationToken)
    {
        float[] initial = FlatParameters.Initial(architecture, SeededRandom.For(options.Seed, attempt, RandomPurpose.Weights));
        var feeder = new BatchFeeder(train, options, attempt);
        using var session = new StepSession(architecture, loss, feeder.BatchSize, options.NoiseLevel > 0, initial);
        for (int epoch = 1; epoch <= options.Epochs && epoch - BestEpoch <= options.Patience; epoch++)
        {
            double trainLoss = RunEpoch(feeder, session, cancellationToken);
            double validationLoss = evaluation.Loss(validation, session.Parameters);
            bool isBest = validationLoss < BestLoss;
            if (isBest)
            {
                BestLoss = validationLoss;
                BestEpoch = epoch;
                BestParameters = session.Parameters.ToArray();
            }

            var report = new EpochReport(attempt + 1, epoch, trainLoss, validationLoss, isBest);
            _history.Add(report);
            progress?.Report(report);
            if (!double.IsFinite(trainLoss) || !double.IsFinite(validationLoss))
            {
                // Adam's state holds the NaN from now on; no later step can mend it.
                return;
            }
        }
    }

    private double RunEpoch(BatchFeeder feeder, StepSession session, CancellationToken cancellationToken)
    {
        feeder.BeginEpoch();
        double sum = 0;
        for (int batch = 0; batch < feeder.BatchesPerEpoch; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            feeder.Fill(batch, session);
            session.DrawMasks(_dropout);
            sum += session.Step(options.LearningRate);
        }

        return sum / feeder.BatchesPerEpoch;
    }
}
