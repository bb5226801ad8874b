using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Tests.Losses;
using Thrum.Training.Tests.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

/// <summary>50 steps of Adam on one batch of 16 sine waves in [0, 1], against PyTorch.</summary>
public sealed class TrajectoryTests
{
    private const int Batch = 16;

    [Theory]
    [InlineData("conv2d", "conv2d:28x28-16-32-64/16,out=sigmoid", "mse")]
    [InlineData("conv2d-elu", "conv2d:28x28-16-32-64/16,elu,out=sigmoid", "lmse")]
    [InlineData("conv1d", "conv1d:2x24-4-6,elu,kernel=5,stride=3", "mse")]
    [InlineData("lstm", "lstm:16x16-32", "mse")]
    public void FiftySteps_FollowTorch(string name, string model, string lossName)
    {
        double[] expected = References.Read("trajectories.json").GetProperty(name).Doubles();
        Architecture network = ArchitectureParserTests.Parse(model);
        ReconstructionLoss loss = LossTests.Parse(lossName, 1);
        using var session = new StepSession(new StepSetup(network, loss, Batch), Parameters(network));
        SineWaves(session.Windows, network.WindowSamples);

        double worst = expected.Max(value => Math.Abs(session.Step(1e-3) - value) / value);

        Assert.True(worst <= 1e-5, $"the loss deviates by {worst}");
        Assert.True(expected[^1] < 0.9 * expected[0], "the reference itself must have learned something");
    }

    private static void SineWaves(Span<float> windows, int length)
    {
        var random = new SeededRandom(22);
        float[] frequency = [.. Enumerable.Range(0, Batch).Select(_ => random.NextSingle())];
        float[] phase = [.. Enumerable.Range(0, Batch).Select(_ => random.NextSingle())];
        for (int i = 0; i < windows.Length; i++)
        {
            windows[i] = (float)(0.5 + (0.5 * Math.Sin((i % length * (double)frequency[i / length]) + (6.0 * phase[i / length]))));
        }
    }

    private static float[] Parameters(Architecture network)
    {
        var random = new SeededRandom(21);
        float Width(ParameterSpec spec) =>
            spec.Shape.Rank == 1 ? 0.25f : (float)(2 * Math.Sqrt(3.0 / (spec.Shape.Count / spec.Shape[0])));
        return [.. network.Parameters.SelectMany(spec => Enumerable.Range(0, (int)spec.Shape.Count).Select(_ => (random.NextSingle() - 0.5f) * Width(spec)))];
    }
}
