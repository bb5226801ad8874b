namespace Thrum.Training.Graphs;

/// <summary>Arithmetic between two tensors with ONNX broadcasting.</summary>
internal static class ElementwiseOps
{
    public static GraphValue Add(this Graph graph, GraphValue a, GraphValue b)
    {
        TensorShape shape = graph.BroadcastShape("Add", a, b);
        return graph.Append(
            new Operation("Add", [a, b])
            {
                Gradients = [dy => graph.SumTo(dy, shape, a.Shape), dy => graph.SumTo(dy, shape, b.Shape)],
            },
            shape);
    }

    /// <summary>Sum of three or more tensors of one shape in one pass; nothing flows back through it.</summary>
    public static GraphValue AddMany(this Graph graph, params GraphValue[] terms) => graph.Append(new Operation("Sum", terms), terms[0].Shape);

    public static GraphValue Sub(this Graph graph, GraphValue a, GraphValue b)
    {
        TensorShape shape = graph.BroadcastShape("Sub", a, b);
        return graph.Append(
            new Operation("Sub", [a, b])
            {
                Gradients = [dy => graph.SumTo(dy, shape, a.Shape), dy => graph.Neg(graph.SumTo(dy, shape, b.Shape))],
            },
            shape);
    }

    public static GraphValue Mul(this Graph graph, GraphValue a, GraphValue b)
    {
        TensorShape shape = graph.BroadcastShape("Mul", a, b);
        return graph.Append(
            new Operation("Mul", [a, b])
            {
                Gradients = [dy => graph.SumTo(graph.Mul(dy, b), shape, a.Shape), dy => graph.SumTo(graph.Mul(dy, a), shape, b.Shape)],
            },
            shape);
    }

    public static GraphValue Div(this Graph graph, GraphValue a, GraphValue b)
    {
        TensorShape shape = graph.BroadcastShape("Div", a, b);
        GraphValue? quotient = null;
        quotient = graph.Append(
            new Operation("Div", [a, b])
            {
                Gradients =
                [
                    dy => graph.SumTo(graph.Div(dy, b), shape, a.Shape),
                    dy => graph.SumTo(graph.Neg(graph.Div(graph.Mul(dy, quotient!), b)), shape, b.Shape),
                ],
            },
            shape);
        return quotient;
    }

    /// <summary>a², with one gradient term where Mul(a, a) would sum two equal ones.</summary>
    public static GraphValue Square(this Graph graph, GraphValue a) => graph.Append(
        new Operation("Mul", [a, a]) { Gradients = [dy => graph.Mul(graph.Mul(dy, graph.Constant(2)), a), null] }, a.Shape);

    /// <summary>
    /// Brings the gradient of a broadcast result back to the shape of one operand: sums over the axes along which that
    /// operand was repeated.
    /// </summary>
    internal static GraphValue SumTo(this Graph graph, GraphValue gradient, TensorShape from, TensorShape to)
    {
        if (to.Equals(from))
        {
            return gradient.Shape.Rank == 0 ? gradient : graph.Expand(gradient, from);
        }

        GraphValue summed = graph.Sum(graph.Expand(gradient, from), to.StretchedAxes(from));
        return graph.Reshape(summed, to);
    }

    internal static TensorShape BroadcastShape(this Graph graph, string opType, GraphValue a, GraphValue b) =>
        TensorShape.Broadcast(a.Shape, b.Shape)
        ?? throw graph.Fault(opType, $"{a} and {b} do not broadcast: sizes must be equal or 1, aligned at the last dimension");
}
