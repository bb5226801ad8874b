using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>One training from fresh starting weights until patience, epochs or numbers run out.</summary>
internal sealed class TrainingAttempt(TrainingPlan plan, int attempt)
{
    private readonly List<EpochReport> _history = [];
    private readonly SeededRandom _dropout = SeededRandom.For(plan.Options.Seed, attempt, RandomPurpose.Dropout);
    private readonly LearningSchedule _schedule = plan.NewSchedule();

    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>The parameters with the lowest criterion; null if that never was finite.</summary>
    public float[]? BestParameters { get; private set; }

    /// <summary>Their validation loss.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>What decides when to stop, with them.</summary>
    public double BestCriterion { get; private set; } = double.PositiveInfinity;

    public int BestEpoch { get; private set; }

    /// <summary>Trains to the end.</summary>
    /// <param name="train">For the steps.</param>
    /// <param name="validation">Decides.</param>
    /// <param name="evaluation">Of the plan's criteria and the metrics that it tracks.</param>
    /// <param name="resume">Where an interrupted run of this attempt was; null to begin.</param>
    /// <param name="afterEpoch">Told after each epoch, with a way to take a snapshot.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    public void Run(
        IWindowSource train,
        IWindowSource validation,
        EvaluationSession evaluation,
        AttemptState? resume,
        Action<EpochReport, Func<AttemptState>> afterEpoch,
        CancellationToken cancellationToken)
    {
        TrainingOptions options = plan.Options;
        float[] initial = FlatParameters.Initial(plan.Architecture, SeededRandom.For(options.Seed, attempt, RandomPurpose.Weights));
        var feeder = new BatchFeeder(train, options, plan.Noise, attempt);
        using var session = new StepSession(
            new StepSetup(plan.Architecture, plan.Loss, feeder.BatchSize) { Optimiser = plan.Optimiser, ClipNorm = options.ClipNorm, HasTarget = plan.Noise.IsOn, Threads = options.Threads },
            initial);
        if (resume is not null)
        {
            Restore(resume, feeder, session);
        }

        for (int epoch = _history.Count + 1; epoch <= options.Epochs && epoch - BestEpoch <= options.Patience && !HasDiverged; epoch++)
        {
            (double trainLoss, double rate) = RunEpoch(epoch, feeder, session, cancellationToken);
            EpochReport report = Judge(epoch, trainLoss, rate, train, validation, evaluation, session.Parameters);
            _history.Add(report);
            afterEpoch(report, () => Capture(feeder, session));
        }

        if (options.KeepsLastWeights && !HasDiverged)
        {
            BestParameters = session.Parameters.ToArray();
        }
    }

    // The optimiser's state holds the NaN from then on; no later step can mend it.
    private bool HasDiverged => _history.Count > 0 && !(double.IsFinite(_history[^1].TrainLoss) && double.IsFinite(_history[^1].ValidationLoss));

    private EpochReport Judge(
        int epoch, double trainLoss, double rate, IWindowSource train, IWindowSource validation, EvaluationSession evaluation, ReadOnlySpan<float> parameters)
    {
        int tracked = plan.Options.Track.Count;
        double[] found = evaluation.Evaluate(validation, parameters);
        double[] own = tracked == 0 ? [] : evaluation.Evaluate(train, parameters, validation.Count);
        double criterion = found[plan.StopIndex];
        bool isBest = criterion < BestCriterion;
        if (isBest)
        {
            BestCriterion = criterion;
            BestLoss = found[0];
            BestEpoch = epoch;
            BestParameters = parameters.ToArray();
        }

        _schedule.Observe(criterion);
        return new EpochReport(attempt + 1, epoch, trainLoss, found[0], isBest)
        {
            LearningRate = rate,
            SettledTrainLoss = tracked == 0 ? null : own[0],
            TrainMetrics = [.. plan.TrackedPlaces.Select(place => own[place])],
            ValidationMetrics = [.. plan.TrackedPlaces.Select(place => found[place])],
        };
    }

    private (double Loss, double Rate) RunEpoch(int epoch, BatchFeeder feeder, StepSession session, CancellationToken cancellationToken)
    {
        feeder.BeginEpoch(epoch);
        double sum = 0, rate = 0;
        for (int batch = 0; batch < feeder.BatchesPerEpoch; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            feeder.Fill(batch, session);
            session.DrawMasks(_dropout);
            double position = epoch - 1 + ((double)batch / feeder.BatchesPerEpoch);
            rate = plan.Options.LearningRate * _schedule.Factor(position, feeder.BatchesPerEpoch, plan.Options.Epochs);
            sum += session.Step(rate);
        }

        return (sum / feeder.BatchesPerEpoch, rate);
    }

    private AttemptState Capture(BatchFeeder feeder, StepSession session) => new()
    {
        Attempt = attempt,
        History = [.. _history],
        BestParameters = BestParameters,
        BestLoss = BestLoss,
        BestCriterion = BestCriterion,
        BestEpoch = BestEpoch,
        Step = session.StepCount,
        Parameters = session.Parameters.ToArray(),
        OptimiserStates = session.States,
        Indices = [.. feeder.Indices],
        Randoms = [feeder.Order.Position, feeder.Noise.Position, _dropout.Position],
        Schedule = _schedule.State,
    };

    private void Restore(AttemptState state, BatchFeeder feeder, StepSession session)
    {
        _history.AddRange(state.History);
        (BestParameters, BestLoss, BestCriterion, BestEpoch) = (state.BestParameters, state.BestLoss, state.BestCriterion, state.BestEpoch);
        session.Resume(state.Step, state.Parameters, state.OptimiserStates);
        state.Indices.CopyTo(feeder.Indices, 0);
        (feeder.Order.Position, feeder.Noise.Position, _dropout.Position) = (state.Randoms[0], state.Randoms[1], state.Randoms[2]);
        _schedule.State = state.Schedule;
    }
}
