using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class AutoencoderTrainerTests
{
    private static readonly WindowSet TrainSet = ToySignals.Tones(600, 32, 1);
    private static readonly WindowSet ValidationSet = ToySignals.Tones(130, 32, 2);
    private static readonly TrainingOptions Quick = new() { Model = "dense:32-16-6-16-32", Epochs = 40, BatchSize = 32, LearningRate = 3e-3 };

    [Theory]
    [InlineData("mse", "dense:32-16-6-16-32")]
    [InlineData("mae", "dense:32-16-6-16-32,tanh")]
    [InlineData("lmse", "dense:32-16-6-16-32")]
    public void Train_OnTones_LearnsThemAndKeepsTheBestWeights(string loss, string model)
    {
        var reports = new ListProgress();
        TrainedModel trained = AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Loss = loss, LossScale = 6, Model = model }, reports);

        Assert.True(trained.IsBetterThanConstantOutput);
        Assert.True(trained.BestValidationLoss < 0.5 * trained.ConstantOutputLoss, $"{trained.BestValidationLoss} against {trained.ConstantOutputLoss}");
        Assert.Equal(trained.History, reports.Reports);
        Assert.Equal(trained.History.Min(report => report.ValidationLoss), trained.BestValidationLoss);
        Assert.Equal(trained.BestEpoch, trained.History.Last(report => report.IsBest).Epoch);
        Assert.True(trained.History[^1].TrainLoss < 0.7 * trained.History[0].TrainLoss);
    }

    [Fact]
    public void Train_WithTheSameSeed_GivesIdenticalFiles()
    {
        TrainingOptions options = Quick with { Epochs = 4, Noise = "0.1" };
        byte[] first = File(options);

        Assert.Equal(first, File(options));
        Assert.NotEqual(first, File(options with { Seed = 2 }));
        Assert.NotEqual(first, File(options with { Noise = "0.2" }));
    }

    [Fact]
    public void ToOnnx_LoadsAndAgreesWithTheTrainingGraphForAnyBatchSize()
    {
        TrainedModel trained = AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Epochs = 5 });
        float[] expected = trained.Reconstruct(ValidationSet);
        var metadata = new Dictionary<string, string> { ["thrum.kind"] = trained.Kind };
        byte[] file = trained.ToOnnx(metadata);

        foreach (int batch in new[] { 1, 7, ValidationSet.Count })
        {
            float[] windows = ValidationSet.Values[..(batch * 32)].ToArray();
            float[] actual = OrtRunner.Run(file, ("window", windows, [batch, 32]))["reconstruction"];
            Assert.Equal(windows.Length, actual.Length);
            Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }

        using InferenceSession session = OrtSessions.Create(file);
        Assert.Equal(["window"], session.InputNames);
        Assert.Equal(["reconstruction"], session.OutputNames);
        Assert.Equal("dense", session.ModelMetadata.CustomMetadataMap["thrum.kind"]);
    }

    [Fact]
    public void BestWeights_GiveTheReportedValidationLoss()
    {
        TrainedModel trained = AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Epochs = 30, Patience = 3, LearningRate = 3e-2 });
        double loss = LossOf(trained);

        Assert.True(trained.BestEpoch < trained.History[^1].Epoch, "the test needs a run whose last epoch is not its best");
        Assert.Equal(trained.BestValidationLoss, loss, 1e-5 * loss);
    }

    [Fact]
    public void LastWeights_WhereTheyAreAskedFor_GiveTheLastValidationLoss()
    {
        TrainedModel trained = AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Epochs = 30, Patience = 3, LearningRate = 3e-2, KeepsLastWeights = true });
        double last = trained.History[^1].ValidationLoss;

        Assert.True(trained.BestValidationLoss < last, "the test needs a run whose last epoch is not its best");
        Assert.Equal(last, LossOf(trained), 1e-5 * last);
    }

    private static double LossOf(TrainedModel trained) =>
        trained.Reconstruct(ValidationSet).Zip(ValidationSet.Values.ToArray()).Average(pair => Math.Pow(pair.First - pair.Second, 2));

    [Fact]
    public void Train_WithoutImprovement_StopsAfterThePatience()
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            ToySignals.Noise(64, 32, 3), ToySignals.Noise(64, 32, 4), Quick with { Epochs = 500, Patience = 5, Restarts = 0 });
        Assert.Equal(trained.BestEpoch + 5, trained.History[^1].Epoch);
    }

    [Fact]
    public void Train_OnNoise_BeginsAgainAndReportsThatNothingWasLearned()
    {
        TrainedModel trained = AutoencoderTrainer.Train(
            ToySignals.Noise(200, 32, 3), ToySignals.Noise(200, 32, 4), Quick with { Model = "dense:32-1-32", Epochs = 6, Restarts = 2 });

        Assert.False(trained.IsBetterThanConstantOutput);
        Assert.Equal([1, 2, 3], trained.History.Select(report => report.Attempt).Distinct());
        Assert.NotEqual(trained.History.First(report => report.Attempt == 1).TrainLoss, trained.History.First(report => report.Attempt == 2).TrainLoss);
        EpochReport best = trained.History.MinBy(report => report.ValidationLoss)!;
        Assert.Equal((best.Attempt, best.Epoch, best.ValidationLoss), (trained.BestAttempt, trained.BestEpoch, trained.BestValidationLoss));
    }

    [Theory]
    [InlineData(4, 0.0, "the mean of the training windows, 4")]
    [InlineData(2, 0.0, "their median, 2")]
    [InlineData(3, 1.0, "neither")]
    public void ConstantOutputLoss_IsTheLowerOfMeanAndMedianWindow(int validationValue, double expected, string best)
    {
        WindowSet train = new([0, 0, 2, 2, 10, 10], 2);
        WindowSet validation = new([validationValue, validationValue], 2);
        TrainedModel trained = AutoencoderTrainer.Train(train, validation, new TrainingOptions { Model = "dense:2-1-2", Epochs = 1, Restarts = 0 });
        Assert.True(Math.Abs(trained.ConstantOutputLoss - expected) < 1e-6, $"{trained.ConstantOutputLoss}, closest constant: {best}");
    }

    [Fact]
    public void Reconstruct_OfMoreWindowsThanOnePiece_AgreesWithTheFile()
    {
        TrainedModel trained = AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Epochs = 1, Restarts = 0 });
        WindowSet many = ToySignals.Tones((2 * EvaluationSession.PieceWindows) + 3, 32, 9);
        float[] file = OrtRunner.Run(trained.ToOnnx(new Dictionary<string, string>()), ("window", many.Values.ToArray(), [many.Count, 32]))["reconstruction"];
        Assert.All(trained.Reconstruct(many).Zip(file), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.Throws<ArgumentException>(() => trained.Reconstruct(new WindowSet([1, 2], 2)));
    }

    [Fact]
    public void Train_WhenNumbersOverflow_SaysSo()
    {
        WindowSet huge = new([.. Enumerable.Repeat(3e38f, 64 * 32)], 32);
        TrainingDivergedException fault = Assert.Throws<TrainingDivergedException>(() => AutoencoderTrainer.Train(huge, huge, Quick));
        Assert.Contains("learning rate 0.003", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WhenCancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        var progress = new ListProgress { OnReport = source.Cancel };
        Assert.Throws<OperationCanceledException>(() => AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick, progress, cancellationToken: source.Token));
        Assert.Single(progress.Reports);
    }

    [Fact]
    public void Train_WithOtherWindowOrEmptySet_NamesBoth()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => AutoencoderTrainer.Train(TrainSet, new WindowSet([1, 2], 2), Quick));
        Assert.StartsWith("the validation windows have 2 samples, dense:32-16-6-16-32 expects 32", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => AutoencoderTrainer.Train(new WindowSet([], 32), ValidationSet, Quick));
        Assert.Throws<ArgumentException>(() => AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick with { Loss = "none" }));
    }

    private static byte[] File(TrainingOptions options) =>
        AutoencoderTrainer.Train(TrainSet, ValidationSet, options).ToOnnx(new Dictionary<string, string>());

    private sealed class ListProgress : IProgress<EpochReport>
    {
        public List<EpochReport> Reports { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(EpochReport value)
        {
            Reports.Add(value);
            OnReport?.Invoke();
        }
    }
}
