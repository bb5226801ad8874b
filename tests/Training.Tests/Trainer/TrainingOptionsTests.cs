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
            ("mse", 1.0, 100, 128, 1e-3, 1, 10, "none", 2),
            (Valid.Loss, Valid.LossScale, Valid.Epochs, Valid.BatchSize, Valid.LearningRate, Valid.Seed, Valid.Patience, Valid.Noise, Valid.Restarts));
        Assert.Equal(("adam", "constant", 0.0, "", 1), (Valid.Optimiser, Valid.Schedule, Valid.ClipNorm, Valid.StopOn, Valid.Threads));
        Assert.Empty(Valid.Track);
        Assert.Equal(1, Valid.Axes);
    }

    [Fact]
    public void Validate_OfBounds_AcceptsThem()
    {
        Assert.Empty((Valid with { Epochs = 1, BatchSize = 1, LearningRate = 1, Patience = 1, Noise = "0", Restarts = 0, ClipNorm = 0, Threads = 1 }).Validate());
        Assert.Empty((Valid with { Epochs = 100_000, BatchSize = 65_536, LearningRate = 1e-12, Patience = 100_000, Noise = "gaussian:10", Restarts = 20, ClipNorm = 1e9, Threads = 64 }).Validate());
    }

    [Theory]
    [InlineData(8, "fft(0)", 0)]
    [InlineData(2, "fft(2)", 0)]
    [InlineData(2, "fft(3)", 1)]
    [InlineData(3, "fft(4)", 1)]
    [InlineData(0, "fft(4)", 1)]
    [InlineData(16, "fft(4)", 1)]
    public void Validate_OfAxes_WantsThemToDivideTheWindowAndLooksForBinsInOne(int axes, string metric, int faults)
    {
        IReadOnlyList<string> found = (Valid with { Axes = axes, Track = [metric] }).Validate();

        Assert.Equal(faults, found.Count);
        Assert.All(found, fault => Assert.StartsWith(axes == 2 ? "Track holds 'fft(3)': fft(3) expected bins within 0..2" : $"Axes is {axes}; expected at least 1 and a divisor", fault, StringComparison.Ordinal));
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
            Noise = "-0.5",
            Restarts = 21,
            Optimiser = "lbfgs",
            Schedule = "step:3",
            StopOn = "rmse2",
            Track = ["mse", "nonsense"],
            ClipNorm = -1,
            Threads = 0,
        };

        IReadOnlyList<string> faults = options.Validate();

        Assert.Equal(14, faults.Count);
        Assert.Contains("Epochs is 0; expected 1 to 100000", faults);
        Assert.Contains("BatchSize is 65537; expected 1 to 65536", faults);
        Assert.Contains("LearningRate is NaN; expected above 0 and at most 1", faults);
        Assert.Contains(faults, fault => fault.StartsWith("Noise is '-0.5'; expected none, or gaussian:LEVEL", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Optimiser is 'lbfgs'; expected adam, adamw", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Schedule is 'step:3'; expected constant, step:EPOCHS:FACTOR", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("StopOn is 'rmse2': ", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Track holds 'nonsense': ", StringComparison.Ordinal));
        Assert.Contains("ClipNorm is -1; expected 0 to 1000000000", faults);
        Assert.Contains("Threads is 0; expected 1 to 64", faults);
    }
}
