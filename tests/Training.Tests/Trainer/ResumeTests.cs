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
    public void Train_DamagedCheckpoint_SaysSoAndBeginsAnew()
    {
        byte[] valid = Checkpoint(Quick);
        foreach ((byte[] bytes, int resumed) in ((byte[], int)[])[(valid, 1), ([.. valid[..100], (byte)(valid[100] ^ 1), .. valid[101..]], 0), (valid[..^10], 0)])
        {
            File.WriteAllBytes(Path, bytes);
            var found = new List<int>();
            var checkpoint = new TrainingCheckpoint(Path) { Found = it => found.Add(it.ResumedEpoch) };
            AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick, cancellationToken: TestContext.Current.CancellationToken, checkpoint: checkpoint);
            Assert.Equal((resumed, Quick.Epochs), (checkpoint.ResumedEpoch, checkpoint.KeptEpochs));
            Assert.Equal([resumed], found);
        }
    }

    /// <summary>What another training took hours for, or somebody recorded, is not given up for this one.</summary>
    [Fact]
    public void Train_FileOfAnotherTrainingOrNoCheckpoint_IsRefusedAndStays()
    {
        byte[] valid = Checkpoint(Quick);
        byte[] older = [.. new byte[32], .. "\u0010thrum-training-1"u8];
        System.Security.Cryptography.SHA256.HashData(older.AsSpan(32), older);
        foreach ((byte[] bytes, WindowSet train, TrainingOptions options, string sentence) in new[]
        {
            (valid, TrainSet, Quick with { Seed = 2 }, "a training with other options, 1 epochs of which are done"),
            (valid, ToySignals.Tones(300, 32, 5), Quick, "a training with other recordings, 1 epochs"),
            (valid, ToySignals.Tones(300, 32, 5), Quick with { Seed = 2 }, "a training with other options and other recordings or windows, 1 epochs"),
            (older, TrainSet, Quick, "a checkpoint of another version, thrum-training-1, expected thrum-training-3"),
            ([.. "what somebody wrote, longer than the head of a checkpoint"u8], TrainSet, Quick, "is there and is no checkpoint"),
            ([], TrainSet, Quick, "is there and is no checkpoint"),
        })
        {
            File.WriteAllBytes(Path, bytes);
            var checkpoint = new TrainingCheckpoint(Path);
            TrainingCheckpointException refused = Assert.Throws<TrainingCheckpointException>(() =>
                AutoencoderTrainer.Train(train, ValidationSet, options, cancellationToken: TestContext.Current.CancellationToken, checkpoint: checkpoint));
            Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(Path));
        }
    }

    [Fact]
    public void Delete_FileThatIsNoCheckpoint_LeavesIt()
    {
        File.WriteAllText(Path, "samples");

        new TrainingCheckpoint(Path).Delete();

        Assert.Equal("samples", File.ReadAllText(Path));
    }

    [Fact]
    public void Train_CheckpointInAFolderThatIsMissing_MakesIt()
    {
        var checkpoint = new TrainingCheckpoint(System.IO.Path.Combine(_folder.FullName, "a", "b", "run.checkpoint"));
        AutoencoderTrainer.Train(TrainSet, ValidationSet, Quick, cancellationToken: TestContext.Current.CancellationToken, checkpoint: checkpoint);
        Assert.True(File.Exists(checkpoint.Path));
    }

    /// <summary>The file that a training left that was stopped after one epoch.</summary>
    private byte[] Checkpoint(TrainingOptions options)
    {
        Assert.Throws<OperationCanceledException>(() => RunOnce(TrainSet, ValidationSet, options, out _));
        return File.ReadAllBytes(Path);
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
