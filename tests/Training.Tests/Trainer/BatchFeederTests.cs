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
        var feeder = Feeder(Numbered, new TrainingOptions { Model = "dense:4-2-4", BatchSize = 300 });
        using StepSession session = Session(feeder);
        Assert.Equal(3, feeder.BatchesPerEpoch);

        float[] first = DrawEpoch(feeder, session);
        float[] second = DrawEpoch(feeder, session);

        Assert.Equal(900, first.Distinct().Count());
        Assert.NotEqual(first.Order(), first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void FewerWindowsThanTheBatch_MakeASmallerBatch()
    {
        var feeder = Feeder(new WindowSet(new float[3 * Window], Window), new TrainingOptions { Model = "dense:4-2-4" });
        Assert.Equal((3, 1), (feeder.BatchSize, feeder.BatchesPerEpoch));
    }

    private static BatchFeeder Feeder(WindowSet windows, TrainingOptions options) => new(windows, options, TrainingPlan.Of(options).Noise, attempt: 0);

    private static StepSession Session(BatchFeeder feeder) => new(new StepSetup(Network, LossTests.Parse("mse", 1), feeder.BatchSize), new float[Network.ParameterCount]);

    private static float[] DrawEpoch(BatchFeeder feeder, StepSession session)
    {
        feeder.BeginEpoch(1);
        var drawn = new List<float>();
        for (int batch = 0; batch < feeder.BatchesPerEpoch; batch++)
        {
            feeder.Fill(batch, session);
            drawn.AddRange(session.Windows.ToArray().Where((_, i) => i % Window == 0));
        }

        return [.. drawn];
    }
}
