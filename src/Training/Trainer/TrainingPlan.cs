using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>Options with their texts read. Immutable.</summary>
internal sealed record TrainingPlan
{
    private TrainingPlan()
    {
    }

    public required TrainingOptions Options { get; init; }

    public required Architecture Architecture { get; init; }

    public required ReconstructionLoss Loss { get; init; }

    public required Optimiser Optimiser { get; init; }

    public required InputNoise Noise { get; init; }

    /// <summary>What the graph evaluates after each epoch: the loss, the tracked metrics that no detector measures, and what decides when to stop if it is none of them.</summary>
    public required IReadOnlyList<ReconstructionLoss> Criteria { get; init; }

    /// <summary>Where an evaluation has what decides when to stop: among them or, of several axes, behind them.</summary>
    public required int StopIndex { get; init; }

    /// <summary>The metrics to follow.</summary>
    public required TrackedMetrics Tracked { get; init; }

    /// <summary>Where an evaluation has them: among the criteria or, behind these, among those of <see cref="TrackedMetrics.NewSet"/>.</summary>
    public IReadOnlyList<int> TrackedPlaces => Tracked.Places(firstInGraph: 1, firstInSet: Criteria.Count);

    /// <exception cref="ArgumentException">The options have faults.</exception>
    public static TrainingPlan Of(TrainingOptions options)
    {
        IReadOnlyList<string> faults = options.Validate();
        if (faults.Count > 0 || !options.TryNetwork(out Architecture? architecture, out _)
            || !Optimiser.TryParse(options.Optimiser, out Optimiser? optimiser, out _) || !InputNoise.TryParse(options.Noise, out InputNoise? noise, out _))
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        // What decides is told in one way, followed or not: a report must not change the epoch that is kept.
        var tracked = new TrackedMetrics(options, architecture.WindowSamples);
        List<string> criteria = [options.Loss, .. tracked.InGraph];
        int stop = options.StopOn.Length == 0 ? 0 : criteria.IndexOf(options.StopOn, 1);
        if (tracked.TellsStop)
        {
            stop = tracked.StopPlace(criteria.Count);
        }
        else if (stop < 0)
        {
            stop = criteria.Count;
            criteria.Add(options.StopOn);
        }

        // The loss as it is descended, all others as the detector will tell them.
        LossContext context = options.LossContextOf(architecture.WindowSamples);
        ReconstructionLoss[] parsed = [.. criteria.Select((text, i) => Parse(text, context with { IsMetric = i > 0 }))];
        return new TrainingPlan
        {
            Options = options,
            Architecture = architecture,
            Loss = parsed[0],
            Optimiser = optimiser,
            Noise = noise,
            Criteria = parsed,
            StopIndex = stop,
            Tracked = tracked,
        };
    }

    /// <summary>A schedule of its own for an attempt, as it has a state.</summary>
    public LearningSchedule NewSchedule() => LearningSchedule.TryParse(Options.Schedule, out LearningSchedule? schedule, out string? fault) ? schedule : throw new FormatException(fault);

    private static ReconstructionLoss Parse(string text, LossContext context) =>
        LossParser.TryParse(text, context, out ReconstructionLoss? loss, out string? fault) ? loss : throw new FormatException(fault);
}
