using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Tests.Losses;
using Thrum.Training.Tests.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class ExportParityTests
{
    private static readonly Dictionary<string, string> Properties = new()
    {
        ["thrum.window"] = "16",
        ["thrum.rate"] = "1000",
        ["thrum.normaliser"] = """{"kind":"zscore","mean":0,"std":1}""",
        ["thrum.metrics"] = """["mse"]""",
    };

    [Theory]
    [InlineData("dense:48-16-48,tied,selu")]
    [InlineData("dense:48-16-48,batchnorm,leaky,dropout=0.2")]
    [InlineData("conv1d:2x24-4-6/5,elu,layernorm")]
    [InlineData("conv2d:8x6-4-8,batchnorm,out=sigmoid,tied")]
    [InlineData("lstm:6x8-12,dropout=0.2")]
    public void ExportedFile_ReconstructsAsTraining(string model)
    {
        Architecture network = ArchitectureParserTests.Parse(model);
        float[] parameters = FlatParameters.Initial(network, new SeededRandom(1));
        var random = new SeededRandom(2);
        var windows = new WindowSet([.. Enumerable.Range(0, 7 * 48).Select(_ => (float)random.NextGaussian())], 48);
        float[] trained = Train(network, parameters, windows);

        using var evaluation = new EvaluationSession(network, [LossTests.Parse("mse", 1)]);
        float[] expected = new float[7 * 48];
        evaluation.Reconstruct(windows, trained, (index, _, reconstruction) => reconstruction.CopyTo(expected.AsSpan(index * 48)));
        byte[] file = InferenceGraph.Encode(network, trained, new Dictionary<string, string>());
        float[] actual = OrtRunner.Run(file, (InferenceGraph.InputName, windows.Values.ToArray(), [7, 48]))[InferenceGraph.OutputName];

        Assert.True(expected.Max(Math.Abs) > 0.1, "the network must do something");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        using InferenceSession session = OrtSessions.Create(file);
        Assert.Equal([-1, 48], session.InputMetadata[InferenceGraph.InputName].Dimensions);
    }

    [Fact]
    public void Of_FileOfTheModel_HoldsAndOfAnAlteredOneIsRefused()
    {
        WindowSet windows = ToySignals.Tones(400, 16, 1);
        TrainedModel trained = AutoencoderTrainer.Train(windows, windows, new TrainingOptions { Model = "dense:16-8-16", Epochs = 3, Restarts = 0 });

        ExportParity sound = ExportParity.Of(trained, trained.ToOnnx(Properties), windows);
        ExportParity altered = ExportParity.Of(trained, trained.WithOutputTimes(1.0001, 0).ToOnnx(Properties), windows);

        Assert.True(sound.Require().Holds);
        Assert.Equal(ExportParity.MostWindows, sound.Windows);
        Assert.False(altered.Holds);
        ExportParityException fault = Assert.Throws<ExportParityException>(altered.Require);
        Assert.StartsWith("the exported file reconstructs 256 validation windows by up to ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("differently from the trained network, expected at most 1E-05: no file was written", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-5, true)]
    [InlineData(1.01e-5, false)]
    [InlineData(double.NaN, false)]
    public void Holds_OfADifference_UpToTheTolerance(double difference, bool holds) => Assert.Equal(holds, new ExportParity(1, difference).Holds);

    [Theory]
    [InlineData("dense:48-12-48", WeightStorage.Half, 5e-3)]
    [InlineData("conv2d:8x6-4-8,batchnorm,out=sigmoid,tied", WeightStorage.Half, 5e-3)]
    [InlineData("lstm:6x8-12", WeightStorage.Half, 5e-3)]
    [InlineData("dense:48-12-48", WeightStorage.Quarter, 5e-2)]
    [InlineData("conv1d:2x24-4-6/5,elu,layernorm", WeightStorage.Quarter, 5e-2)]
    [InlineData("lstm:6x8-12", WeightStorage.Quarter, 5e-2)]
    public void ExportedFile_WithWeightsInFewerBits_IsSmallerAndReconstructsNearlyAsTraining(string model, WeightStorage storage, double tolerance)
    {
        Architecture network = ArchitectureParserTests.Parse(model);
        var random = new SeededRandom(2);
        var windows = new WindowSet([.. Enumerable.Range(0, 7 * 48).Select(_ => (float)random.NextGaussian())], 48);
        float[] trained = Train(network, FlatParameters.Initial(network, new SeededRandom(1)), windows);
        float[] Run(byte[] file) => OrtRunner.Run(file, (InferenceGraph.InputName, windows.Values.ToArray(), [7, 48]))[InferenceGraph.OutputName];

        float[] expected = Run(InferenceGraph.Encode(network, trained, new Dictionary<string, string>()));
        float[] actual = Run(InferenceGraph.Encode(network, trained, new Dictionary<string, string>(), storage));

        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
        Assert.NotEqual(expected, actual);
    }

    /// <summary>Some steps, so that running statistics are not what they began as.</summary>
    private static float[] Train(Architecture network, float[] parameters, WindowSet windows)
    {
        using var session = new StepSession(new StepSetup(network, LossTests.Parse("mse", 1), windows.Count), parameters);
        windows.Values.CopyTo(session.Windows);
        var masks = new SeededRandom(3);
        for (int step = 0; step < 5; step++)
        {
            session.DrawMasks(masks);
            Assert.True(float.IsFinite(session.Step(1e-2)));
        }

        float[] trained = session.Parameters.ToArray();
        Assert.All(network.Parameters.Zip(Pieces(network, parameters).Zip(Pieces(network, trained))), pair =>
            Assert.False(pair.Second.First.SequenceEqual(pair.Second.Second), $"{pair.First.Name} did not move"));
        return trained;
    }

    private static IEnumerable<float[]> Pieces(Architecture network, float[] flat)
    {
        int next = 0;
        foreach (ParameterSpec spec in network.Parameters)
        {
            yield return flat[next..(next += (int)spec.Shape.Count)];
        }
    }
}
