using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>What a training step is made of.</summary>
internal sealed record StepSetup(Architecture Architecture, ReconstructionLoss Loss, int BatchSize)
{
    public Optimiser Optimiser { get; init; } = new Adam(0);

    /// <summary>Greatest norm of the gradient; 0 for any.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Whether targets differ from windows.</summary>
    public bool HasTarget { get; init; }

    public int Threads { get; init; } = 1;
}
