using System.Text.Json;
using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;
using Thrum.Training.Tests.Losses;
using Thrum.Training.Tests.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

/// <summary>Loss, gradient and 50 steps of Adam against PyTorch, on dense 64-32-8-32-64 with a batch of 32 in [0, 1).</summary>
public sealed class TorchReferenceTests
{
    private const int Batch = 32;
    private const int Window = 64;
    private static readonly Architecture Network = ArchitectureParserTests.Parse("dense:64-32-8-32-64");

    [Theory]
    [InlineData("mse")]
    [InlineData("mae")]
    [InlineData("lmse")]
    [InlineData("lmse-clamped")]
    public void LossAndGradient_AgreeWithTorchInDoublePrecision(string name)
    {
        const double tolerance = 2e-6;
        JsonElement expected = References.Read("gradients.json").GetProperty(name);
        byte[] model = TrainingGraphs.LossAndGradient(Network, LossOf(name), Batch);
        float[] window = Singles(new SeededRandom(12), Batch * Window);

        Dictionary<string, float[]> result = OrtRunner.Run(
            model, (TrainingGraphs.Window, window, [Batch, Window]), (TrainingGraphs.Parameters, Parameters(), [Network.ParameterCount]));

        float[] gradient = result[TrainingGraphs.Gradient];
        double norm = expected.GetProperty("norm").GetDouble();
        double loss = expected.GetProperty("loss").GetDouble();
        Assert.Equal(loss, result[TrainingGraphs.Loss][0], tolerance * loss);
        Assert.Equal(norm, Math.Sqrt(gradient.Sum(g => (double)g * g)), tolerance * norm);
        double[] every97th = expected.GetProperty("every97th").Doubles();
        for (int i = 0; i < every97th.Length; i++)
        {
            Assert.Equal(every97th[i], gradient[97 * i], tolerance * norm);
        }

        // Every entry has a part in each sum, so an error anywhere shows.
        var signs = new SeededRandom(13);
        Assert.All(expected.GetProperty("signedSums").Doubles(), sum =>
            Assert.Equal(sum, gradient.Sum(g => (signs.NextUInt64() >> 63) == 1 ? g : -(double)g), 5 * tolerance * norm));
    }

    [Theory]
    [InlineData("mse")]
    [InlineData("mae")]
    [InlineData("lmse")]
    public void FiftyAdamSteps_FollowTorch(string name)
    {
        double[] expected = References.Read("adam.json").GetProperty(name).Doubles();
        using var session = new StepSession(new StepSetup(Network, LossOf(name), Batch), Parameters());
        var random = new SeededRandom(14);
        foreach (double loss in expected)
        {
            Singles(random, Batch * Window).CopyTo(session.Windows);
            Assert.Equal(loss, session.Step(1e-3), 1e-5 * loss);
        }

        Assert.True(expected[^1] < 0.9 * expected[0], "the reference itself must have learned something");
    }

    [Theory]
    [InlineData("adamw:0.1", 1e-2, 0)]
    [InlineData("sgd:0.9", 0.2, 0)]
    [InlineData("sgd:0", 0.2, 0)]
    [InlineData("sgd:0.9", 0.2, 0.05)]
    public void FiftyStepsOfAnOptimiser_FollowTorch(string text, double rate, double clipNorm)
    {
        double[] expected = References.Read("optimisers.json").GetProperty(clipNorm > 0 ? text + " clipped" : text).Doubles();
        Assert.True(Optimiser.TryParse(text, out Optimiser? optimiser, out _));
        using var session = new StepSession(new StepSetup(Network, LossOf("mse"), Batch) { Optimiser = optimiser, ClipNorm = clipNorm }, Parameters());
        var random = new SeededRandom(14);
        foreach (double loss in expected)
        {
            Singles(random, Batch * Window).CopyTo(session.Windows);
            Assert.Equal(loss, session.Step(rate), 1e-5 * loss);
        }
    }

    private static ReconstructionLoss LossOf(string name) => name switch
    {
        "lmse" => LossTests.Parse("lmse", 3),
        "lmse-clamped" => LossTests.Parse("lmse", 0.5),
        _ => LossTests.Parse(name, 1),
    };

    private static float[] Parameters()
    {
        var random = new SeededRandom(11);
        var values = new List<float>();
        foreach (ParameterSpec spec in Network.Parameters)
        {
            float width = spec.Shape.Rank == 2 ? 0.5f : 0.125f;
            values.AddRange(Singles(random, (int)spec.Shape.Count).Select(value => (value - 0.5f) * width));
        }

        return [.. values];
    }

    private static float[] Singles(SeededRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
}
