using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class StoppingTests
{
    private static readonly WindowSet TrainSet = ToySignals.Tones(300, 32, 1);
    private static readonly WindowSet ValidationSet = ToySignals.Tones(100, 32, 2);
    private static readonly TrainingOptions Quick = new() { Model = "dense:32-16-6-16-32", Epochs = 40, BatchSize = 32, LearningRate = 3e-2, Patience = 3 };

    [Fact]
    public void Train_StopOnAMetric_KeepsTheWeightsThatAreBestByIt()
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            TrainSet, ValidationSet, Quick with { StopOn = "fft(9..12)", Track = ["fft(9..12)"] }, cancellationToken: TestContext.Current.CancellationToken);

        EpochReport[] own = [.. trained.History];
        Assert.Equal(own.MinBy(epoch => epoch.ValidationMetrics[0])!.Epoch, trained.BestEpoch);
        Assert.NotEqual(own.MinBy(epoch => epoch.ValidationLoss)!.Epoch, trained.BestEpoch);
        Assert.Equal(own[trained.BestEpoch - 1].ValidationLoss, trained.BestValidationLoss);
        Assert.True(own.Length == Quick.Epochs || own.Length == trained.BestEpoch + Quick.Patience);
    }

    [Fact]
    public void Train_TrackedMetrics_AreThoseOfTheReconstruction()
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            TrainSet, ValidationSet, Quick with { Epochs = 2, Track = ["mae", "mse"] }, cancellationToken: TestContext.Current.CancellationToken);

        EpochReport best = trained.History[trained.BestEpoch - 1];
        double mae = trained.Reconstruct(ValidationSet).Zip(ValidationSet.Values.ToArray()).Average(pair => Math.Abs(pair.First - (double)pair.Second));
        Assert.Equal(mae, best.ValidationMetrics[0], 1e-5 * mae);
        Assert.Equal(best.ValidationLoss, best.ValidationMetrics[1], 1e-6);
        WindowSet first = new(TrainSet.Values[..(100 * 32)].ToArray(), 32);
        mae = trained.Reconstruct(first).Zip(first.Values.ToArray()).Average(pair => Math.Abs(pair.First - (double)pair.Second));
        Assert.Equal(mae, best.TrainMetrics[0], 1e-5 * mae);
    }

    /// <summary>Of several axes the detector scores the mean over them. As one window they have other lines, and one largest error.</summary>
    [Theory]
    [InlineData("fft(6..8)", true)]
    [InlineData("lmse-max", false)]
    [InlineData("sad", false)]
    public void Train_StopOnAMetricOfTwoAxes_KeepsTheWeightsThatAreBestByTheDetector(string metric, bool isOtherAsOne)
    {
        TrainingOptions options = Quick with { StopOn = metric, Axes = 2, Epochs = 40, Patience = 40 };
        TrainedModel followed = AutoencoderTrainer.Train(TrainSet, ValidationSet, options with { Track = ["mae", metric, "log-cosh"] }, cancellationToken: TestContext.Current.CancellationToken);
        TrainedModel alone = AutoencoderTrainer.Train(TrainSet, ValidationSet, options, cancellationToken: TestContext.Current.CancellationToken);
        TrainedModel asOne = AutoencoderTrainer.Train(TrainSet, ValidationSet, options with { Axes = 1 }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(followed.History.MinBy(epoch => epoch.ValidationMetrics[1])!.Epoch, followed.BestEpoch);
        Assert.Equal(followed.ToOnnx(new Dictionary<string, string>()), alone.ToOnnx(new Dictionary<string, string>()));
        Assert.Equal(isOtherAsOne, asOne.BestEpoch != followed.BestEpoch);
    }

    [Theory]
    [InlineData("fft(12)", "StopOn is 'fft(12)': fft(12) expected bins within ")]
    [InlineData("huber(1)+fft(3)", "StopOn is 'huber(1)+fft(3)'; expected no fft(…) for several axes together")]
    [InlineData("fft(8)", null)]
    [InlineData("huber(1)", null)]
    public void Validate_StopOnOfTwoAxes_IsCheckedForOneOfThem(string metric, string? expected)
    {
        IReadOnlyList<string> faults = (Quick with { StopOn = metric, Axes = 2 }).Validate();
        Assert.Equal(expected is null ? 0 : 1, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith(expected!, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Train_WithASchedule_ReportsTheRateOfTheLastStep()
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            TrainSet, ValidationSet, Quick with { Epochs = 4, Patience = 10, Schedule = "step:2:0.1" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([3e-2, 3e-2, 3e-3, 3e-3], trained.History.Select(epoch => Math.Round(epoch.LearningRate, 9)));
    }

    [Fact]
    public void Train_OnTwoThreads_GivesTheSameFileEachTime()
    {
        byte[] File() => AutoencoderTrainer.Train(
            TrainSet, ValidationSet, Quick with { Epochs = 3, Threads = 2 }, cancellationToken: TestContext.Current.CancellationToken).ToOnnx(new Dictionary<string, string>());
        Assert.Equal(File(), File());
    }
}
