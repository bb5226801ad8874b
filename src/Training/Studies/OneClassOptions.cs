using System.Globalization;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>Which runs a <see cref="OneClassStudy"/> makes; the defaults are the paper's table.</summary>
public sealed record OneClassOptions
{
    /// <summary>Classes that are normal in turn.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// <summary>Widths of the code.</summary>
    public IReadOnlyList<int> Latents { get; init; } = [16, 64];

    /// <summary>Adam's step sizes.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [1e-3, 1e-4];

    /// <summary>Losses to train with.</summary>
    public IReadOnlyList<string> Losses { get; init; } = ["mse", "lmse"];

    /// <summary>Passes over the training images, the same for every run.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Runs of each combination, with the seeds 0, 1, ….</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 128;

    internal IEnumerable<(int Latent, double LearningRate, string Loss, int Seed)> Combinations() =>
        from latent in Latents
        from rate in LearningRates
        from seed in Enumerable.Range(0, Seeds)
        from loss in Losses
        select (latent, rate, loss, seed);

    /// <summary>The first latent, rate and loss as a training; all epochs are run, and collapsed runs are begun again.</summary>
    internal TrainingOptions TrainingOf(int height, int width, int seed) => new()
    {
        Model = string.Create(CultureInfo.InvariantCulture, $"conv2d:{height}x{width}-16-32-64/{Latents[0]},out=sigmoid"),
        Loss = Losses[0],
        LossScale = 1,
        Epochs = Epochs,
        Patience = Epochs,
        BatchSize = BatchSize,
        LearningRate = LearningRates[0],
        Seed = seed,
        Restarts = 3,
    };
}
