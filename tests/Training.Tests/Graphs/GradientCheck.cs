using Thrum.Training.Graphs;
using Thrum.Training.Models;
using Thrum.Training.Onnx;

namespace Thrum.Training.Tests.Graphs;

/// <summary>Compares a graph's gradients with central differences of its value, both computed by ONNX Runtime in double precision.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-5;

    /// <summary>Central differences err by h²·f'''/6 ≈ 1e-10 and by rounding/h ≈ 1e-11; values and derivatives here are of order 1.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>Checks with every element weighted differently, and with a mean, whose gradient travels as a scalar.</summary>
    public static void Verify(Func<Graph, GraphValue[], GraphValue> build, params (long[] Sizes, double Low, double High)[] inputs)
    {
        Verify(inputs, (graph, values) =>
        {
            GraphValue y = build(graph, values);
            double[] weights = Draw(new SeededRandom(7), (int)y.Shape.Count, 0.5, 1.5);
            return graph.Sum(graph.Mul(y, graph.Constant(weights, y.Shape)));
        });
        Verify(inputs, (graph, values) => graph.Mean(build(graph, values)));
        Verify(inputs, (graph, values) => graph.Sum(build(graph, values)));
    }

    private static void Verify((long[] Sizes, double Low, double High)[] inputs, Func<Graph, GraphValue[], GraphValue> build)
    {
        var graph = new Graph(OnnxElementType.Double);
        GraphValue[] values = [.. inputs.Select((input, i) => graph.Input($"x{i}", TensorShape.Of(input.Sizes), requiresGradient: true))];
        GraphValue loss = build(graph, values);
        graph.Output(loss, "loss");
        GraphValue[] gradients = graph.Gradients(loss, values);
        for (int i = 0; i < gradients.Length; i++)
        {
            graph.Output(gradients[i], $"g{i}");
        }

        byte[] model = graph.Encode("gradient-check");
        var random = new SeededRandom(3);
        (string Name, double[] Values, long[] Sizes)[] points =
            [.. inputs.Select((input, i) => ($"x{i}", Draw(random, (int)values[i].Shape.Count, input.Low, input.High), input.Sizes))];
        Dictionary<string, double[]> analytic = OrtRunner.Run(model, points);
        for (int i = 0; i < points.Length; i++)
        {
            double[] point = points[i].Values;
            for (int element = 0; element < point.Length; element++)
            {
                double original = point[element];
                point[element] = original + Step;
                double above = OrtRunner.Run(model, points)["loss"][0];
                point[element] = original - Step;
                double below = OrtRunner.Run(model, points)["loss"][0];
                point[element] = original;
                double numeric = (above - below) / (2 * Step);
                double actual = analytic[$"g{i}"][element];
                Assert.True(Math.Abs(actual - numeric) <= Tolerance * (1 + Math.Abs(numeric)), $"input {i}, element {element}: gradient {actual}, difference quotient {numeric}");
            }
        }
    }

    private static double[] Draw(SeededRandom random, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(_ => low + ((high - low) * random.NextSingle()))];
}
