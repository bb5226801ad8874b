using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Tests.Losses;
using Thrum.Training.Tests.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class BatchFeederTests
{
    private const int Window = 4;
    private static readonly Architecture Network = ArchitectureParserTests.Parse("dense:4-2-4");

    /// <summary>Window i holds i four times.</summary>
    private static readonly WindowSet Numbered = new([.. Enumerable.Range(0, 1000 * Window).Select(i => (float)(i / Window))], Window);

    [Fact]
    public void Epoch_DrawsEachWindowOnceAndLeavesOutTheRemainder()
    {
        var feeder = new BatchFeeder(Numbered, new TrainingOptions { Model = "dense:4-2-4", BatchSize = 300 }, attempt: 0);
        using StepSession session = Session(feeder, hasTarget: false);
        Assert.Equal(3, feeder.BatchesPerEpoch);

        float[] first = DrawEpoch(feeder, session);
        float[] second = DrawEpoch(feeder, session);

        Assert.Equal(900, first.Distinct().Count());
        Assert.NotEqual(first.Order(), first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Noise_GoesOnTheInputsWithItsLevelAndNotOnTheTargets()
    {
        const double level = 0.25;
        var options = new TrainingOptions { Model = "dense:4-2-4", BatchSize = 1000, NoiseLevel = level };
        var noisy = new BatchFeeder(Numbered, options, attempt: 0);
        var clean = new BatchFeeder(Numbered, options with { NoiseLevel = 0 }, attempt: 0);
        using StepSession noisySession = Session(noisy, hasTarget: true);
        using StepSession cleanSession = Session(clean, hasTarget: false);
        noisy.BeginEpoch();
        clean.BeginEpoch();

        noisy.Fill(0, noisySession);
        clean.Fill(0, cleanSession);

        Assert.Equal(cleanSession.Windows, noisySession.Targets);
        double[] noise = [.. noisySession.Windows.ToArray().Zip(noisySession.Targets.ToArray(), (input, target) => (double)input - target)];
        Assert.Equal(0, noise.Average(), 5 * level / Math.Sqrt(noise.Length));
        Assert.Equal(level, Math.Sqrt(noise.Average(x => x * x)), 5 * level / Math.Sqrt(2.0 * noise.Length));
    }

    [Fact]
    public void FewerWindowsThanTheBatch_MakeASmallerBatch()
    {
        var feeder = new BatchFeeder(new WindowSet(new float[3 * Window], Window), new TrainingOptions { Model = "dense:4-2-4" }, attempt: 0);
        Assert.Equal((3, 1), (feeder.BatchSize, feeder.BatchesPerEpoch));
    }

    private static StepSession Session(BatchFeeder feeder, bool hasTarget) =>
        new(Network, LossTests.Parse("mse", 1), feeder.BatchSize, hasTarget, new float[Network.ParameterCount]);

    private static float[] DrawEpoch(BatchFeeder feeder, StepSession session)
    {
        feeder.BeginEpoch();
        var drawn = new List<float>();
        for (int batch = 0; batch < feeder.BatchesPerEpoch; batch++)
        {
            feeder.Fill(batch, session);
            drawn.AddRange(session.Windows.ToArray().Where((_, i) => i % Window == 0));
        }

        return [.. drawn];
    }
}
