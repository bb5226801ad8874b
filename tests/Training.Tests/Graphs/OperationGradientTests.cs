using Thrum.Training.Graphs;

namespace Thrum.Training.Tests.Graphs;

public sealed class OperationGradientTests
{
    private static readonly (long[] Sizes, double Low, double High) Matrix = ([3, 4], -2, 2);
    private static readonly (long[] Sizes, double Low, double High) Positive = ([3, 4], 0.5, 2);

    [Fact]
    public void Add_OfEqualShapesAndBroadcast_MatchesDifferences()
    {
        GradientCheck.Verify((g, x) => g.Add(x[0], x[1]), Matrix, Matrix);
        GradientCheck.Verify((g, x) => g.Add(x[0], x[1]), Matrix, ([4], -1, 1));
        GradientCheck.Verify((g, x) => g.Add(x[0], x[1]), ([3, 1], -1, 1), Matrix);
        GradientCheck.Verify((g, x) => g.Add(x[0], x[1]), ([], -1, 1), Matrix);
    }

    [Fact]
    public void Sub_OfEqualShapesAndBroadcast_MatchesDifferences()
    {
        GradientCheck.Verify((g, x) => g.Sub(x[0], x[1]), Matrix, Matrix);
        GradientCheck.Verify((g, x) => g.Sub(x[0], x[1]), ([1, 4], -1, 1), ([3, 1], -1, 1));
    }

    [Fact]
    public void Mul_OfEqualShapesAndBroadcast_MatchesDifferences()
    {
        GradientCheck.Verify((g, x) => g.Mul(x[0], x[1]), Matrix, Matrix);
        GradientCheck.Verify((g, x) => g.Mul(x[0], x[1]), Matrix, ([4], -1, 1));
        GradientCheck.Verify((g, x) => g.Mul(x[0], x[1]), ([], -1, 1), Matrix);
    }

    [Fact]
    public void Div_OfEqualShapesAndBroadcast_MatchesDifferences()
    {
        GradientCheck.Verify((g, x) => g.Div(x[0], x[1]), Matrix, Positive);
        GradientCheck.Verify((g, x) => g.Div(x[0], x[1]), Matrix, ([3, 1], 0.5, 2));
        GradientCheck.Verify((g, x) => g.Div(x[0], x[1]), ([4], -1, 1), Positive);
    }

    [Fact]
    public void ValueUsedSeveralTimes_SumsItsGradients()
    {
        GradientCheck.Verify((g, x) => g.Add(g.Mul(x[0], x[0]), g.Mul(g.Tanh(x[0]), x[1])), Matrix, Matrix);
        GradientCheck.Verify((g, x) => g.Add(x[0], g.Square(x[0])), Matrix);
    }

    [Fact]
    public void UnaryOperations_MatchDifferences()
    {
        GradientCheck.Verify((g, x) => g.Square(x[0]), Matrix);
        GradientCheck.Verify((g, x) => g.Neg(x[0]), Matrix);
        GradientCheck.Verify((g, x) => g.Abs(x[0]), Matrix);
        GradientCheck.Verify((g, x) => g.Log(x[0]), Positive);
        GradientCheck.Verify((g, x) => g.Sqrt(x[0]), Positive);
        GradientCheck.Verify((g, x) => g.Relu(x[0]), Matrix);
        GradientCheck.Verify((g, x) => g.Tanh(x[0]), Matrix);
        GradientCheck.Verify((g, x) => g.Sigmoid(x[0]), Matrix);
    }

    [Fact]
    public void MaxAndClip_MatchDifferencesOnBothSidesOfTheBound()
    {
        GradientCheck.Verify((g, x) => g.Max(x[0], 0.3), Matrix);
        GradientCheck.Verify((g, x) => g.Clip(x[0], -0.7, 0.9), Matrix);
    }

    [Fact]
    public void Reductions_MatchDifferences()
    {
        GradientCheck.Verify((g, x) => g.Mean(g.Square(x[0])), Matrix);
        GradientCheck.Verify((g, x) => g.Sum(g.Square(x[0])), Matrix);
        GradientCheck.Verify((g, x) => g.Sum(g.Square(x[0]), 0), Matrix);
        GradientCheck.Verify((g, x) => g.Mul(x[0], g.Sum(x[0], 1)), Matrix);
        GradientCheck.Verify((g, x) => g.Mean(g.Square(x[0]), 1), Matrix);
        GradientCheck.Verify((g, x) => g.Sub(x[0], g.Mean(g.Tanh(x[0]), 0, 1)), Matrix);
    }

    [Fact]
    public void ShapeOperations_MatchDifferences()
    {
        GradientCheck.Verify((g, x) => g.Square(g.Reshape(x[0], TensorShape.Of(2, 6))), Matrix);
        GradientCheck.Verify((g, x) => g.Square(g.Reshape(x[0], TensorShape.Scalar)), ([1, 1], -1, 1));
        GradientCheck.Verify((g, x) => g.Square(g.Expand(x[0], TensorShape.Of(3, 4))), ([3, 1], -1, 1));
        GradientCheck.Verify((g, x) => g.Square(g.Concat(1, x)), Matrix, ([3, 2], -1, 1));
        GradientCheck.Verify((g, x) => g.Concat(0, x), Matrix, ([2, 4], -1, 1));
        GradientCheck.Verify((g, x) => Product(g, g.Split(x[0], 1, 2, 2)), Matrix);
        GradientCheck.Verify((g, x) => g.Square(g.Split(x[0], 0, 1, 2)[1]), Matrix);
    }

    [Fact]
    public void LinearOperations_MatchDifferences()
    {
        GradientCheck.Verify((g, x) => g.Linear(x[0], x[1], x[2]), Matrix, ([5, 4], -1, 1), ([5], -1, 1));
        GradientCheck.Verify((g, x) => g.Square(g.MatMulConstant(x[0], g.Constant([1, 2, -3, 0.5, 0.1, -1, 2, 0.7], TensorShape.Of(4, 2)))), Matrix);
        GradientCheck.Verify((g, x) => g.MatMulConstant(x[0], g.Constant([1, 2, -3, 0.5], TensorShape.Of(4, 1))), Matrix);
    }

    /// <summary>The FFT-bin metric's chain: two constant products, squares, root, difference, absolute value.</summary>
    [Fact]
    public void SpectralMagnitude_MatchesDifferences()
    {
        double[] cosines = [.. Enumerable.Range(0, 12).Select(i => Math.Cos(2 * Math.PI * (i / 3) * (i % 3) / 4))];
        double[] sines = [.. Enumerable.Range(0, 12).Select(i => -Math.Sin(2 * Math.PI * (i / 3) * (i % 3) / 4))];
        GradientCheck.Verify(
            (g, x) =>
            {
                GraphValue re = g.MatMulConstant(x[0], g.Constant(cosines, TensorShape.Of(4, 3)));
                GraphValue im = g.MatMulConstant(x[0], g.Constant(sines, TensorShape.Of(4, 3)));
                return g.Abs(g.Sub(g.Sqrt(g.Add(g.Add(g.Square(re), g.Square(im)), g.Constant(1e-3))), g.Constant(0.4)));
            },
            Matrix);
    }

    private static GraphValue Product(Graph graph, GraphValue[] pair) => graph.Mul(pair[0], pair[1]);
}
