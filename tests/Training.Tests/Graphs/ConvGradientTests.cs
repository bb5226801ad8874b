using Thrum.Training.Graphs;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Graphs;

/// <summary>
/// ONNX Runtime convolves in single precision only, so its gradients are compared with central differences of the defining sums in
/// double precision; these are linear in each argument, so the differences are exact but for rounding.
/// </summary>
public sealed class ConvGradientTests
{
    /// <summary>Of the norm: single precision rounds sums of a hundred terms to about 3e-7.</summary>
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData(3, 2, 1, 7, 6)]
    [InlineData(3, 1, 1, 5, 4)]
    [InlineData(5, 3, 2, 8, 9)]
    [InlineData(1, 1, 0, 3, 2)]
    [InlineData(4, 2, 0, 7, 8)]
    public void Conv_InTwoDimensions_MatchesDifferences(int kernel, int stride, int padding, int height, int width)
    {
        var geometry = new ConvGeometry(kernel, stride, padding);
        long[] xs = [2, 3, height, width], ws = [4, 3, kernel, kernel];
        long[] ys = [2, 4, geometry.OutputSize(height), geometry.OutputSize(width)];
        Verify(
            [xs, ws, [4]], ys,
            (graph, x) => graph.Conv(x[0], x[1], x[2], geometry),
            x => ConvReference.Conv(x[0], xs, x[1], ws, x[2], stride, padding, ys));
    }

    [Theory]
    [InlineData(3, 2, 1, 7, 8)]
    [InlineData(3, 1, 1, 5, 4)]
    [InlineData(5, 3, 2, 8, 9)]
    public void ConvTranspose_InTwoDimensions_MatchesDifferences(int kernel, int stride, int padding, int height, int width)
    {
        var geometry = new ConvGeometry(kernel, stride, padding);
        long[] ys = [2, 3, height, width], ws = [4, 3, kernel, kernel];
        long[] xs = [2, 4, geometry.OutputSize(height), geometry.OutputSize(width)];
        Verify(
            [xs, ws, [3]], ys,
            (graph, x) => graph.ConvTranspose(x[0], x[1], x[2], geometry, [height, width]),
            x => ConvReference.ConvTranspose(x[0], xs, x[1], ws, x[2], stride, padding, ys));
    }

    [Theory]
    [InlineData(3, 2, 1, 9)]
    [InlineData(3, 2, 1, 8)]
    [InlineData(7, 4, 3, 16)]
    [InlineData(7, 2, 3, 11)]
    [InlineData(4, 2, 0, 8)]
    [InlineData(4, 2, 0, 9)]
    [InlineData(6, 3, 0, 14)]
    [InlineData(5, 3, 2, 9)]
    [InlineData(2, 3, 0, 7)]
    [InlineData(5, 1, 2, 6)]
    [InlineData(1, 1, 0, 3)]
    public void OneDimension_IsTwoWithAHeightOfOne(int kernel, int stride, int padding, int length)
    {
        // A kernel of one row: the reference has a stride and padding for both dimensions, so its rows are the middle of a square kernel.
        var geometry = new ConvGeometry(kernel, stride, padding);
        long[] xs = [2, 3, length], ws = [4, 3, kernel], ys = [2, 4, geometry.OutputSize(length)];
        long[] xs2 = [2, 3, 1, length], ys2 = [2, 4, 1, ys[2]], ws2 = [4, 3, kernel, kernel];
        Verify(
            [xs, ws, [4]], ys,
            (graph, x) => graph.Conv(x[0], x[1], x[2], geometry),
            x => ConvReference.Conv(x[0], xs2, MiddleRow(x[1], kernel, padding), ws2, x[2], stride, padding, ys2));
        Verify(
            [ys, ws, [3]], xs,
            (graph, x) => graph.ConvTranspose(x[0], x[1], x[2], geometry, [length]),
            x => ConvReference.ConvTranspose(x[0], ys2, MiddleRow(x[1], kernel, padding), ws2, x[2], stride, padding, xs2));
    }

    [Fact]
    public void WrongShapes_NameTheLayerAndTheShapes()
    {
        var graph = new Graph();
        using GraphScope scope = graph.Scope("conv1");
        GraphValue x = graph.Input("x", TensorShape.Of(1, 2, 5, 5));
        GraphValue weight = graph.Input("w", TensorShape.Of(4, 3, 3, 3));
        GraphValue bias = graph.Input("b", TensorShape.Of(4));
        string message = Assert.Throws<GraphException>(() => graph.Conv(x, weight, bias, new ConvGeometry(3, 2, 1))).Message;
        Assert.Contains("layer 'conv1', Conv: x [1, 2, 5, 5], weight [4, 3, 3, 3]", message, StringComparison.Ordinal);
        GraphValue fitting = graph.Input("v", TensorShape.Of(2, 4, 3, 3));
        Assert.Contains("cannot become 9 x 9", Assert.Throws<GraphException>(
            () => graph.ConvTranspose(x, fitting, bias, new ConvGeometry(3, 3, 1), [9, 9])).Message, StringComparison.Ordinal);
    }

    private static double[] MiddleRow(double[] weight, int kernel, int padding)
    {
        double[] square = new double[weight.Length * kernel];
        for (int i = 0; i < weight.Length; i++)
        {
            square[(((i / kernel * kernel) + padding) * kernel) + (i % kernel)] = weight[i];
        }

        return square;
    }

    private static void Verify(long[][] shapes, long[] ys, Func<Graph, GraphValue[], GraphValue> build, Func<double[][], double[]> reference)
    {
        var random = new SeededRandom(5);
        double[][] points = [.. shapes.Select(shape => Draw(random, shape))];
        double[] weights = Draw(random, ys);
        var graph = new Graph();
        GraphValue[] inputs = [.. shapes.Select((shape, i) => graph.Input($"x{i}", TensorShape.Of(shape), requiresGradient: true))];
        GraphValue y = build(graph, inputs);
        Assert.Equal(ys, y.Shape.Sizes);
        GraphValue loss = graph.Sum(graph.Mul(y, graph.Constant(weights, y.Shape)));
        GraphValue[] gradients = graph.Gradients(loss, inputs);
        graph.Output(y, "y");
        for (int i = 0; i < gradients.Length; i++)
        {
            graph.Output(gradients[i], $"g{i}");
        }

        Dictionary<string, float[]> actual = OrtRunner.Run(
            graph.Encode("conv"), [.. points.Select((point, i) => ($"x{i}", point.Select(v => (float)v).ToArray(), shapes[i]))]);
        AssertClose(reference(points), actual["y"]);
        double Loss() => reference(points).Zip(weights).Sum(pair => pair.First * pair.Second);
        for (int i = 0; i < points.Length; i++)
        {
            double[] numeric = new double[points[i].Length];
            for (int element = 0; element < numeric.Length; element++)
            {
                double original = points[i][element];
                points[i][element] = original + 0.5;
                double above = Loss();
                points[i][element] = original - 0.5;
                numeric[element] = above - Loss();
                points[i][element] = original;
            }

            AssertClose(numeric, actual[$"g{i}"]);
        }
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        double error = Math.Sqrt(expected.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(error <= Tolerance * norm, $"error {error} of a norm {norm}");
    }

    private static double[] Draw(SeededRandom random, long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (p, s) => p * s)).Select(_ => (double)(random.NextSingle() - 0.5f))];
}
