using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>Sums and means over axes; the reduced axes stay with size 1, except that reducing everything gives a scalar.</summary>
internal static class ReductionOps
{
    private const string Keep = "keepdims";

    /// <summary>Mean of all elements, a scalar.</summary>
    public static GraphValue Mean(this Graph graph, GraphValue a) => graph.Append(
        new Operation("ReduceMean", [a])
        {
            Attributes = [OnnxAttribute.Of(Keep, 0L)],
            Gradients = [dy => graph.Mul(dy, graph.Constant(1.0 / a.Shape.Count))],
        },
        TensorShape.Scalar);

    /// <summary>Sum of all elements, a scalar.</summary>
    public static GraphValue Sum(this Graph graph, GraphValue a) => graph.Append(
        new Operation("ReduceSum", [a]) { Attributes = [OnnxAttribute.Of(Keep, 0L)], Gradients = [dy => dy] }, TensorShape.Scalar);

    /// <summary>Sum over some axes.</summary>
    public static GraphValue Sum(this Graph graph, GraphValue a, params long[] axes)
    {
        if (axes.Length == 0)
        {
            return a;
        }

        return graph.Append(
            new Operation("ReduceSum", [a, graph.Integers(axes)])
            {
                Attributes = [OnnxAttribute.Of(Keep, 1L)],
                Gradients = [dy => graph.Expand(dy, a.Shape), null],
            },
            graph.ReducedShape("ReduceSum", a, axes));
    }

    /// <summary>Mean over some axes.</summary>
    public static GraphValue Mean(this Graph graph, GraphValue a, params long[] axes)
    {
        TensorShape shape = graph.ReducedShape("ReduceMean", a, axes);
        return graph.Append(
            new Operation("ReduceMean", [a])
            {
                Attributes = [OnnxAttribute.Of(Keep, 1L), OnnxAttribute.Of("axes", axes)],
                Gradients = [dy => graph.Expand(graph.Mul(dy, graph.Constant((double)shape.Count / a.Shape.Count)), a.Shape)],
            },
            shape);
    }

    /// <summary>The largest element of each row, [rows, 1]; equal largest ones each get the whole gradient.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="a">[rows, columns]</param>
    public static GraphValue MaxOfRows(this Graph graph, GraphValue a)
    {
        GraphValue? largest = null;
        largest = graph.Append(
            new Operation("ReduceMax", [a])
            {
                Attributes = [OnnxAttribute.Of(Keep, 1L), OnnxAttribute.Of("axes", [1L])],
                Gradients = [dy => graph.WhereEqual(a, largest!, dy)],
            },
            graph.ReducedShape("ReduceMax", a, [1]));
        return largest;
    }

    private static TensorShape ReducedShape(this Graph graph, string opType, GraphValue a, long[] axes)
    {
        TensorShape shape = a.Shape;
        foreach (long axis in axes)
        {
            if (axis < 0 || axis >= a.Shape.Rank)
            {
                throw graph.Fault(opType, $"{a} has no axis {axis}; expected 0 to {a.Shape.Rank - 1}");
            }

            shape = shape.With((int)axis, 1);
        }

        return shape;
    }
}
