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
        graph.UnaryFromResult("Relu", a, (dy, y) => graph.Mul(dy, graph.Sign(y)));

    public static GraphValue Tanh(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Tanh", a, (dy, y) => graph.Mul(dy, graph.Sub(graph.Constant(1), graph.Square(y))));

    public static GraphValue Sigmoid(this Graph graph, GraphValue a) =>
        graph.UnaryFromResult("Sigmoid", a, (dy, y) => graph.Mul(dy, graph.Sub(y, graph.Square(y))));

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

    /// <summary>−1, 0 or 1. Nothing flows back through it.</summary>
    public static GraphValue Sign(this Graph graph, GraphValue a) => graph.Append(new Operation("Sign", [a]), a.Shape);

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
