using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>Rearrangements: the elements stay, their arrangement changes.</summary>
internal static class ShapeOps
{
    /// <summary>The same elements, in the same order, under another shape; no node when nothing changes.</summary>
    public static GraphValue Reshape(this Graph graph, GraphValue a, TensorShape shape)
    {
        if (a.Shape.Equals(shape))
        {
            return a;
        }

        if (!a.Shape.HoldsAsManyAs(shape))
        {
            throw graph.Fault("Reshape", $"{a} and {shape} do not hold equally many elements");
        }

        // A scalar's sizes are an empty list, which is no constant; dropping all axes of size 1 says the same.
        GradientRule gradient = dy => dy.Shape.Rank == 0 ? dy : graph.Reshape(dy, a.Shape);
        Operation operation = shape.Rank == 0
            ? new Operation("Squeeze", [a]) { Gradients = [gradient] }
            : new Operation("Reshape", [a, graph.Integers([.. shape.Sizes])]) { Gradients = [gradient, null] };
        return graph.Append(operation, shape);
    }

    /// <summary>Repeats along axes of size 1 until the shape is reached; no node when nothing changes.</summary>
    public static GraphValue Expand(this Graph graph, GraphValue a, TensorShape shape)
    {
        if (a.Shape.Equals(shape))
        {
            return a;
        }

        if (!shape.Equals(TensorShape.Broadcast(a.Shape, shape)))
        {
            throw graph.Fault("Expand", $"{a} cannot be repeated to {shape}");
        }

        return graph.Append(
            new Operation("Expand", [a, graph.Integers([.. shape.Sizes])]) { Gradients = [dy => graph.SumTo(dy, shape, a.Shape), null] }, shape);
    }

    /// <summary>Exchanges axes: the result's axis i is <paramref name="axes"/>[i] of the argument.</summary>
    public static GraphValue Transpose(this Graph graph, GraphValue a, params long[] axes)
    {
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, a.Shape.Rank).Select(axis => (long)axis)))
        {
            throw graph.Fault("Transpose", $"{string.Join(", ", axes)} is no order of the axes of {a}");
        }

        long[] back = new long[axes.Length];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            back[axes[axis]] = axis;
        }

        return graph.Append(
            new Operation("Transpose", [a])
            {
                Attributes = [OnnxAttribute.Of("perm", axes)],
                Gradients = [dy => dy.Shape.Rank == 0 ? dy : graph.Transpose(dy, back)],
            },
            TensorShape.Of([.. axes.Select(axis => a.Shape[(int)axis])]));
    }

    /// <summary>Cuts along an axis into pieces of the given sizes.</summary>
    public static GraphValue[] Split(this Graph graph, GraphValue a, int axis, params long[] sizes)
    {
        if (axis < 0 || axis >= a.Shape.Rank || sizes.Sum() != a.Shape[axis])
        {
            throw graph.Fault("Split", $"{a} cannot be cut along axis {axis} into {string.Join(" + ", sizes)} = {sizes.Sum()}");
        }

        if (sizes.Length == 1)
        {
            return [a];
        }

        TensorShape[] shapes = [.. sizes.Select(size => a.Shape.With(axis, size))];
        GraphValue Join(IReadOnlyList<GraphValue?> gradients) =>
            graph.Concat(axis, [.. gradients.Select((dy, i) => graph.Expand(dy ?? graph.Constant(0), shapes[i]))]);
        return graph.Append(
            new Operation("Split", [a, graph.Integers(sizes)]) { Attributes = [OnnxAttribute.Of("axis", axis)] }, shapes, [Join, null]);
    }

    /// <summary>Joins tensors along an axis; their other sizes are equal.</summary>
    public static GraphValue Concat(this Graph graph, int axis, params GraphValue[] parts)
    {
        if (parts.Length == 1)
        {
            return parts[0];
        }

        TensorShape first = parts[0].Shape;
        if (axis < 0 || axis >= first.Rank || parts.Any(part => part.Shape.Rank != first.Rank || !part.Shape.With(axis, 1).Equals(first.With(axis, 1))))
        {
            throw graph.Fault("Concat", $"{string.Join(", ", parts.AsEnumerable())} cannot be joined along axis {axis}: the other sizes differ");
        }

        long[] sizes = [.. parts.Select(part => part.Shape[axis])];
        TensorShape shape = first.With(axis, sizes.Sum());

        // One Split serves all parts: the first rule to be asked makes it.
        GraphValue[]? pieces = null;
        GradientRule RuleFor(int part) => dy => dy.Shape.Rank == 0 ? dy : (pieces ??= graph.Split(dy, axis, sizes))[part];
        return graph.Append(
            new Operation("Concat", parts) { Attributes = [OnnxAttribute.Of("axis", axis)], Gradients = [.. parts.Select((_, i) => RuleFor(i))] }, shape);
    }
}
