using Thrum.Training.Graphs;
using Thrum.Training.Models;
using Thrum.Training.Models.Layers;
using Thrum.Training.Tests.Graphs;

namespace Thrum.Training.Tests.Models;

/// <summary>Layers as training builds them, against central differences in double precision.</summary>
public sealed class NetworkGradientTests
{
    private static readonly (long[] Sizes, double Low, double High) Rows = ([3, 4], -2, 2);

    [Fact]
    public void Activations_MatchDifferences()
    {
        GradientCheck.Verify((g, x) => g.LeakyRelu(x[0], 0.2), Rows);
        GradientCheck.Verify((g, x) => g.Elu(x[0], 1), Rows);
        GradientCheck.Verify((g, x) => g.Selu(x[0]), Rows);
        GradientCheck.Verify((g, x) => g.Exp(x[0]), Rows);
    }

    [Fact]
    public void TiedLayers_ShareOneGradient() =>
        GradientCheck.Verify((g, x) => g.LinearTied(g.Tanh(g.Linear(x[0], x[1], x[2])), x[1], x[3]), Rows, ([5, 4], -1, 1), ([5], -1, 1), ([4], -1, 1));

    [Fact]
    public void Transpose_MatchesDifferences() =>
        GradientCheck.Verify((g, x) => g.Square(g.Transpose(x[0], 2, 0, 1)), ([2, 3, 4], -1, 1));

    [Fact]
    public void BatchNormalisation_InTraining_MatchesDifferences()
    {
        Verify(new BatchNormLayer("n", 4, 0), [5, 4]);
        Verify(new BatchNormLayer("n", 3, 2), [2, 3, 2, 2]);
    }

    [Fact]
    public void LayerNormalisation_MatchesDifferences()
    {
        Verify(new LayerNormLayer("n", 4, 0), [3, 4]);
        Verify(new LayerNormLayer("n", 2, 1), [3, 2, 3]);
    }

    [Fact]
    public void Lstm_EncoderAndDecoder_MatchDifferences()
    {
        Verify(new LstmEncoderLayer("e", 3, 2, 3), [2, 6]);
        Verify(new LstmDecoderLayer("d", 3, 2, 3), [2, 2]);
    }

    [Fact]
    public void Dropout_ScalesWhatItKeeps()
    {
        GradientCheck.Verify(
            (g, x) =>
            {
                var pass = new NetworkPass(g, PassKind.Evaluation, new Dictionary<string, GraphValue>());
                return g.Square(pass.Dropout(x[0], 0.5));
            },
            Rows);
        var graph = new Graph();
        var training = new NetworkPass(graph, PassKind.Training, new Dictionary<string, GraphValue>());
        GraphValue dropped = training.Dropout(graph.Input("x", TensorShape.Of(1, 4)), 0.25);
        graph.Output(dropped, "y");
        DropoutMask mask = Assert.Single(training.Masks);
        Assert.Equal(0.25, mask.Rate);
        Assert.Equal([0f, 2f, 0f, 4f], OrtRunner.Run(graph.Encode("dropout"), ("x", [1f, 2, 3, 4], [1, 4]), (mask.Name, [0f, 1, 0, 1], [1, 4]))["y"]);
    }

    private static void Verify(Layer layer, long[] input)
    {
        (long[], double, double)[] points = [(input, -1, 1), .. layer.Parameters.Select(spec => (spec.Shape.Sizes.ToArray(), 0.3, 1.1))];
        (long[], double, double)[] trained = [.. points.Where((_, i) => i == 0 || layer.Parameters[i - 1].Role != ParameterRole.Statistic)];
        GradientCheck.Verify(
            (graph, x) =>
            {
                var parameters = layer.Parameters.Where(spec => spec.Role != ParameterRole.Statistic).Select((spec, i) => (spec.Name, Value: x[i + 1]))
                    .ToDictionary(pair => pair.Name, pair => pair.Value);
                foreach (ParameterSpec spec in layer.Parameters.Where(spec => spec.Role == ParameterRole.Statistic))
                {
                    parameters.Add(spec.Name, graph.Constant(new double[spec.Shape.Count], spec.Shape));
                }

                // Squared, because the plain sum of a normalised batch does not depend on its input.
                return graph.Square(layer.Build(new NetworkPass(graph, PassKind.Training, parameters), x[0]));
            },
            trained);
    }
}
