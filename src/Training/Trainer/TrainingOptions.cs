using System.Globalization;
using Thrum.Training.Losses;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>What to train and how. The same options, data and build of ONNX Runtime give the same model, byte by byte.</summary>
public sealed record TrainingOptions
{
    /// <summary>Network, <c>kind:sizes[,option…]</c>: <c>dense:256-128-32-128-256</c>, <c>conv1d:256-16-32/32</c>, <c>conv2d:28x28-16-32-64/16,out=sigmoid</c>, <c>lstm:16x16-32</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Loss: <c>mse</c>, <c>mae</c> or <c>lmse</c>.</summary>
    public string Loss { get; init; } = "mse";

    /// <summary>The s of <c>lmse</c>, in the unit of the normalised windows: 1 where they lie in [0, 1], else larger than the differences to measure.</summary>
    public double LossScale { get; init; } = 1;

    /// <summary>Most passes over the training windows, 1 to 100,000.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Windows per step, 1 to 65,536; fewer when there are fewer. The rest that fills no batch waits for another epoch's shuffle.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's step size, above 0 and at most 1.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Fixes starting weights, order and noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Epochs without a better validation loss after which training stops, 1 to 100,000. The best weights are kept in any case.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Standard deviation of Gaussian noise added to the inputs (not to the targets), in the unit of the normalised windows, 0 to 10; 0 for none.</summary>
    public double NoiseLevel { get; init; }

    /// <summary>How often to begin again with other starting weights when the result is no better than a constant output, or diverged; 0 to 20.</summary>
    public int Restarts { get; init; } = 2;

    /// <summary>All faults, one sentence each with the setting, its value and what is expected; empty when there are none.</summary>
    public IReadOnlyList<string> Validate()
    {
        const int maxEpochs = 100_000;
        const int maxBatch = 65_536;
        const double maxNoise = 10;
        const int maxRestarts = 20;
        var faults = new List<string>();
        if (!ArchitectureParser.TryParse(Model, out _, out string? modelFault))
        {
            faults.Add(modelFault);
        }

        if (!LossParser.TryParse(Loss, LossScale, out _, out string? lossFault))
        {
            faults.Add(lossFault);
        }

        Check(Epochs is >= 1 and <= maxEpochs, nameof(Epochs), Epochs, $"1 to {maxEpochs}");
        Check(BatchSize is >= 1 and <= maxBatch, nameof(BatchSize), BatchSize, $"1 to {maxBatch}");
        Check(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Check(Patience is >= 1 and <= maxEpochs, nameof(Patience), Patience, $"1 to {maxEpochs}");
        Check(NoiseLevel is >= 0 and <= maxNoise, nameof(NoiseLevel), NoiseLevel, $"0 to {maxNoise}");
        Check(Restarts is >= 0 and <= maxRestarts, nameof(Restarts), Restarts, $"0 to {maxRestarts}");
        return faults;

        void Check(bool fits, string setting, IFormattable value, string expected)
        {
            if (!fits)
            {
                faults.Add($"{setting} is {value.ToString(null, CultureInfo.InvariantCulture)}; expected {expected}");
            }
        }
    }
}
