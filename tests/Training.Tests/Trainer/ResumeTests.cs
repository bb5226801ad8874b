using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

/// <summary>A training that was cancelled and resumed, any number of times, ends as one that never stopped, bit for bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly WindowSet TrainSet = ToySignals.Tones(300, 32, 1);
    private static readonly WindowSet ValidationSet = ToySignals.Tones(100, 32, 2);
    private static readonly TrainingOptions Quick = new() { Model = "dense:32-16-6-16-32", Epochs = 9, BatchSize = 32, LearningRate = 3e-3 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "run.checkpoint");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, TrainingOptions> Runs => new()
    {
        { "adam", Quick },
        { "everything that draws or remembers", Quick with { Model = "dense:32-16-6-16-32,dropout=0.1,batchnorm", Optimiser = "adamw", Noise = "gaussian:0.3..0.1", Schedule = "plateau:1:0.5", ClipNorm = 1 } },
        { "sgd", Quick with { Optimiser = "sgd:0.9", Schedule = "warmup:2+cosine", Noise = "salt-pepper:0.1", Track = ["mae"], StopOn = "lmse", LossScale = 6 } },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Train_InterruptedAtEveryEpoch_EndsAsIfItNeverWas(string name, TrainingOptions options)
    {
        TrainedModel whole = AutoencoderTrainer.Train(TrainSet, ValidationSet, options, cancellationToken: TestContext.Current.CancellationToken);
        TrainedModel resumed = Interrupted(TrainSet, ValidationSet, options, out int interruptions);

        Assert.Equal(options.Epochs - 1, interruptions);
        AssertSame(whole, resumed, name);
        Assert.True(File.Exists(Path), "the checkpoint stays for as long as nobody has kept the result");
    }

    [Theory]
    [InlineData(9, 10)]
    [InlineData(30, 1)]
    public void Train_CheckpointOfATrainingThatWasDone_GivesTheSameModelWithoutAnotherEpoch(int epochs, int patience)
    {
        TrainingOptions options = Quick with { Epochs = epochs, Patience = patience, LearningRate = 0.05 };
        var checkpoint = new TrainingCheckpoint(Path);
        TrainedModel done = AutoencoderTrainer.Train(TrainSet, ValidationSet, options, checkpoint: checkpoint, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(patience == 10, done.History.Count == epochs);

        TrainedModel again = AutoencoderTrainer.Train(TrainSet, ValidationSet, options, checkpoint: checkpoint, cancellationToken: new CancellationToken(canceled: true));

        AssertSame(done, again, "done");
        Assert.Equal(done.History.Count, checkpoint.ResumedEpoch);
        checkpoint.Delete();
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Train_InterruptedOverSeveralAttempts_EndsAsIfItNeverWas()
    {
        WindowSet train = ToySignals.Noise(100, 32, 3), validation = ToySignals.Noise(100, 32, 4);
        TrainingOptions options = Quick with { Model = "dense:32-1-32", Epochs = 3, Restarts = 2 };
        TrainedModel whole = AutoencoderTrainer.Train(train, validation, options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, whole.History.Max(epoch => epoch.Attempt));
        AssertSame(whole, Interrupted(train, validation, options, out _), "attempts");
    }

    [Fact]
    public void Train_CheckpointOfOtherOptionsOrDataOrDamaged_BeginsAnew()
    {
        byte[] Checkpoint(TrainingOptions options)
        {
            Assert.Throws<OperationCanceledException>(() => RunOnce(TrainSet, ValidationSet, options, out _));
            byte[] bytes = File.ReadAllBytes(Path);
            return bytes;
        }

        byte[] valid = Checkpoint(Quick);
        foreach ((byte[] bytes, WindowSet train, bool fits) in new[]
        {
            (valid, TrainSet, true),
            (Checkpoint(Quick with { Seed = 2 }), TrainSet, false),
            (valid, ToySignals.Tones(300, 32, 5), false),
            ([.. valid[..100], (byte)(valid[100] ^ 1), .. valid[101..]], TrainSet, false),
            (valid[..^10], TrainSet, false),
            ([], TrainSet, false),
        })
        {
            File.WriteAllBytes(Path, bytes);
            var checkpoint = new TrainingCheckpoint(Path);
            AutoencoderTrainer.Train(train, ValidationSet, Quick, cancellationToken: TestContext.Current.CancellationToken, checkpoint: checkpoint);
            Assert.Equal(fits ? 1 : 0, checkpoint.ResumedEpoch);
        }
    }

    private TrainedModel Interrupted(WindowSet train, WindowSet validation, TrainingOptions options, out int interruptions)
    {
        for (interruptions = 0; ; interruptions++)
        {
            try
            {
                return RunOnce(train, validation, options, out _);
            }
            catch (OperationCanceledException)
            {
                Assert.InRange(interruptions, 0, 100);
            }
        }
    }

    /// <summary>Runs until one epoch is done, or the training.</summary>
    private TrainedModel RunOnce(WindowSet train, WindowSet validation, TrainingOptions options, out TrainingCheckpoint checkpoint)
    {
        using var source = new CancellationTokenSource();
        checkpoint = new TrainingCheckpoint(Path);
        return AutoencoderTrainer.Train(train, validation, options, new Canceller(source), checkpoint, source.Token);
    }

    private static void AssertSame(TrainedModel expected, TrainedModel found, string name)
    {
        Assert.True(expected.ToOnnx(new Dictionary<string, string>()).AsSpan().SequenceEqual(found.ToOnnx(new Dictionary<string, string>())), name);
        Assert.Equal(expected.History.Select(Text), found.History.Select(Text));
        Assert.Equal((expected.BestAttempt, expected.BestEpoch, expected.BestValidationLoss), (found.BestAttempt, found.BestEpoch, found.BestValidationLoss));
    }

    private static string Text(EpochReport report) => System.Text.Json.JsonSerializer.Serialize(report);

    private sealed class Canceller(CancellationTokenSource source) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => source.Cancel();
    }
}
