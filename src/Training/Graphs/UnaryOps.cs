using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>Functions of each element.</summary>
internal static class UnaryOps
{
    public static GraphValue Neg(this Graph graph, GraphValue a) => graph.Unary("Neg", a, dy => graph.Neg(dy));

    /// <summary>|a|; the gradient at 0 is 0.</summary>
    public static GraphValue Abs(this Graph graph, GraphValue a) => graph.Unary("Abs", a, dy => graph.Mul(dy, graph.Sign(a)));

    /// <summary>Natural logarithm of a positive number.</summary>
    public static GraphValue Log(this Graph graph, GraphValue a) => graph.Unary("Log", a, dy => graph.Div(dy, a));

    public static GraphValue Sqrt(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Sqrt", a, (dy, root) => graph.Div(graph.Mul(dy, graph.Constant(0.5)), root));

    /// <summary>max(a, 0); the gradient at 0 is 0.</summary>
    public static GraphValue Relu(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Relu", a, (dy, y) => graph.Mul(dy, graph.Step(y)));

    /// <summary>x where positive, <paramref name="slope"/>·x elsewhere.</summary>
    public static GraphValue LeakyRelu(this Graph graph, GraphValue a, double slope) =>
        graph.Sub(graph.Relu(a), graph.Mul(graph.Relu(graph.Neg(a)), graph.Constant(slope)));

    /// <summary>x where positive, α·(eˣ − 1) elsewhere.</summary>
    public static GraphValue Elu(this Graph graph, GraphValue a, double alpha)
    {
        // The exponent is never positive, so nothing overflows on the side that is not used.
        GraphValue decay = graph.Exp(graph.Neg(graph.Relu(graph.Neg(a))));
        return graph.Add(graph.Relu(a), graph.Mul(graph.Sub(decay, graph.Constant(1)), graph.Constant(alpha)));
    }

    /// <summary>λ·ELU(x) with the constants of Klambauer et al. (Self-normalizing neural networks, 2017).</summary>
    public static GraphValue Selu(this Graph graph, GraphValue a)
    {
        const double alpha = 1.6732632423543772;
        const double lambda = 1.0507009873554805;
        return graph.Mul(graph.Elu(a, alpha), graph.Constant(lambda));
    }

    public static GraphValue Exp(this Graph graph, GraphValue a) => graph.UnaryFromResult("Exp", a, (dy, y) => graph.Mul(dy, y));

    public static GraphValue Tanh(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Tanh", a, (dy, y) => graph.Mul(dy, graph.Sub(graph.Constant(1), graph.Square(y))));

    public static GraphValue Sigmoid(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Sigmoid", a, (dy, y) => graph.Mul(dy, graph.Mul(y, graph.Sub(graph.Constant(1), y))));

    /// <summary>max(a, floor); the gradient is 0 where the floor holds.</summary>
    public static GraphValue Max(this Graph graph, GraphValue a, double floor)
    {
        GraphValue limit = graph.Constant(floor);
        return graph.Append(new Operation("Max", [a, limit]) { Gradients = [dy => graph.Select(graph.Compare("Greater", a, limit), dy), null] }, a.Shape);
    }

    /// <summary>a brought into [low, high]; the gradient is 0 where a bound holds.</summary>
    public static GraphValue Clip(this Graph graph, GraphValue a, double low, double high)
    {
        if (!(low < high))
        {
            throw graph.Fault("Clip", $"the lower bound {low} is not below the upper bound {high}");
        }

        GraphValue lower = graph.Constant(low);
        GraphValue upper = graph.Constant(high);
        return graph.Append(
            new Operation("Clip", [a, lower, upper])
            {
                Gradients = [dy => graph.Select(graph.Compare("Greater", a, lower), graph.Select(graph.Compare("Less", a, upper), dy)), null, null],
            },
            a.Shape);
    }

    /// <summary>
    /// 1 where y, which is not negative, is above 0, and 0 where it is 0; nothing flows back. Multiply and clip are vectorised in
    /// ONNX Runtime where <c>Sign</c> is not: 0.4 of its time. Values below 1e-30 count in part.
    /// </summary>
    private static GraphValue Step(this Graph graph, GraphValue y)
    {
        const double huge = 1e30;
        return graph.Append(new Operation("Clip", [graph.Mul(y, graph.Constant(huge)), null, graph.Constant(1)]), y.Shape);
    }

    /// <summary>−1, 0 or 1. Nothing flows back through it.</summary>
    public static GraphValue Sign(this Graph graph, GraphValue a) => graph.Append(new Operation("Sign", [a]), a.Shape);

    /// <summary>The value where a and b are equal, 0 elsewhere. Nothing flows back through it.</summary>
    internal static GraphValue WhereEqual(this Graph graph, GraphValue a, GraphValue b, GraphValue value) =>
        graph.Select(graph.Compare("Equal", a, b), value);

    private static GraphValue Compare(this Graph graph, string opType, GraphValue a, GraphValue b) =>
        graph.Append(new Operation(opType, [a, b]) { OutputType = OnnxElementType.Bool }, graph.BroadcastShape(opType, a, b));

    /// <summary>The value where the condition holds, 0 elsewhere.</summary>
    private static GraphValue Select(this Graph graph, GraphValue condition, GraphValue value) =>
        graph.Append(new Operation("Where", [condition, value, graph.Constant(0)]), graph.BroadcastShape("Where", condition, value));

    private static GraphValue Unary(this Graph graph, string opType, GraphValue a, GradientRule gradient) =>
        graph.Append(new Operation(opType, [a]) { Gradients = [gradient] }, a.Shape);

    private static GraphValue UnaryFromResult(this Graph graph, string opType, GraphValue a, Func<GraphValue, GraphValue, GraphValue> gradient)
    {
        GraphValue? result = null;
        result = graph.Unary(opType, a, dy => gradient(dy, result!));
        return result;
    }
}
