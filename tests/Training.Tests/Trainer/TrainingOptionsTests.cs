using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class TrainingOptionsTests
{
    private static readonly TrainingOptions Valid = new() { Model = "dense:8-4-8" };

    [Fact]
    public void Defaults_AreTheDocumentedOnesAndValid()
    {
        Assert.Empty(Valid.Validate());
        Assert.Equal(
            ("mse", 1.0, 100, 128, 1e-3, 1, 10, 0.0, 2),
            (Valid.Loss, Valid.LossScale, Valid.Epochs, Valid.BatchSize, Valid.LearningRate, Valid.Seed, Valid.Patience, Valid.NoiseLevel, Valid.Restarts));
    }

    [Fact]
    public void Validate_OfBounds_AcceptsThem()
    {
        Assert.Empty((Valid with { Epochs = 1, BatchSize = 1, LearningRate = 1, Patience = 1, NoiseLevel = 0, Restarts = 0 }).Validate());
        Assert.Empty((Valid with { Epochs = 100_000, BatchSize = 65_536, LearningRate = 1e-12, Patience = 100_000, NoiseLevel = 10, Restarts = 20 }).Validate());
    }

    [Fact]
    public void Validate_OfManyFaults_ReportsAllWithValueAndExpectation()
    {
        var options = new TrainingOptions
        {
            Model = "dense:8-4",
            Loss = "rmse",
            Epochs = 0,
            BatchSize = 65_537,
            LearningRate = double.NaN,
            Patience = 0,
            NoiseLevel = -0.5,
            Restarts = 21,
        };

        IReadOnlyList<string> faults = options.Validate();

        Assert.Equal(8, faults.Count);
        Assert.Contains("Epochs is 0; expected 1 to 100000", faults);
        Assert.Contains("BatchSize is 65537; expected 1 to 65536", faults);
        Assert.Contains("LearningRate is NaN; expected above 0 and at most 1", faults);
        Assert.Contains("NoiseLevel is -0.5; expected 0 to 10", faults);
    }
}
