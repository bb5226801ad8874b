using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>Convolutions in one or more dimensions; tensors are [batch, features, size…].</summary>
internal static class ConvOps
{
    /// <summary>Convolution (in the field's usage: correlation).</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="x">[batch, in, size…]</param>
    /// <param name="weight">[out, in, kernel…]</param>
    /// <param name="bias">[out]</param>
    /// <param name="geometry">How the kernel moves.</param>
    /// <returns>[batch, out, geometry.OutputSize(size)…]</returns>
    public static GraphValue Conv(this Graph graph, GraphValue x, GraphValue weight, GraphValue bias, ConvGeometry geometry)
    {
        graph.Check("Conv", x, weight, bias, geometry, inputAxis: 1);
        long[] sizes = [.. x.Shape.Sizes.Skip(2).Select(geometry.OutputSize)];
        if (sizes.Any(size => size < 1))
        {
            throw graph.Fault("Conv", $"{x} is smaller than the kernel of {geometry.Kernel} with padding {geometry.Padding}");
        }

        TensorShape shape = TensorShape.Of([x.Shape[0], weight.Shape[0], .. sizes]);
        return graph.Append(
            new Operation("Conv", [x, weight, bias])
            {
                Attributes = geometry.Attributes(sizes.Length),
                Gradients =
                [
                    dy => graph.InputGradient(graph.Expand(dy, shape), weight, geometry, x.Shape),
                    dy => graph.KernelGradient(x, graph.Expand(dy, shape), weight.Shape, geometry),
                    dy => graph.SumOverPlaces(graph.Expand(dy, shape)),
                ],
            },
            shape);
    }

    /// <summary>Transposed convolution: the gradient of a convolution with respect to its input, as a layer.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="x">[batch, in, size…]</param>
    /// <param name="weight">[in, out, kernel…]</param>
    /// <param name="bias">[out]</param>
    /// <param name="geometry">How the kernel moves in the convolution that is undone.</param>
    /// <param name="outputSizes">Sizes to reach; the geometry must lead from them to those of <paramref name="x"/>.</param>
    /// <returns>[batch, out, outputSizes…]</returns>
    public static GraphValue ConvTranspose(
        this Graph graph, GraphValue x, GraphValue weight, GraphValue bias, ConvGeometry geometry, IReadOnlyList<long> outputSizes)
    {
        graph.Check("ConvTranspose", x, weight, bias, geometry, inputAxis: 0);
        if (!outputSizes.Select(geometry.OutputSize).SequenceEqual(x.Shape.Sizes.Skip(2)))
        {
            throw graph.Fault("ConvTranspose", $"{x} cannot become {string.Join(" x ", outputSizes)} with {geometry}");
        }

        TensorShape shape = TensorShape.Of([x.Shape[0], weight.Shape[1], .. outputSizes]);
        return graph.Append(
            graph.TransposedConvolution(x, weight, bias, geometry, shape) with
            {
                Sources = [x, weight, bias],
                Gradients =
                [
                    dy => graph.Append(
                        new Operation("Conv", [graph.Expand(dy, shape), weight]) { Attributes = geometry.Attributes(outputSizes.Count) }, x.Shape),
                    dy => graph.KernelGradient(graph.Expand(dy, shape), x, weight.Shape, geometry),
                    dy => graph.SumOverPlaces(graph.Expand(dy, shape)),
                ],
            },
            shape);
    }

    /// <summary>The last operation of a transposed convolution. A free batch is that of a file, which has the one operation that says what it is.</summary>
    private static Operation TransposedConvolution(this Graph graph, GraphValue x, GraphValue weight, GraphValue bias, ConvGeometry geometry, TensorShape shape) =>
        IsByPhases(shape)
            ? new Operation("Add", [graph.TransposedByPhases(x, weight, geometry, shape), graph.Reshape(bias, TensorShape.Of(1, shape[1], 1))])
            : NativeTransposed([x, weight, bias], geometry, shape);

    private static GraphValue InputGradient(this Graph graph, GraphValue dy, GraphValue weight, ConvGeometry geometry, TensorShape shape) =>
        IsByPhases(shape) ? graph.TransposedByPhases(dy, weight, geometry, shape) : graph.Append(NativeTransposed([dy, weight], geometry, shape), shape);

    private static bool IsByPhases(TensorShape shape) => shape.Rank == 3 && shape[0] != TensorShape.Free;

    private static Operation NativeTransposed(IReadOnlyList<GraphValue> inputs, ConvGeometry geometry, TensorShape shape) =>
        new("ConvTranspose", inputs) { Attributes = [.. geometry.Attributes(shape.Rank - 2), geometry.PaddingTo(inputs[0].Shape, shape)] };

    /// <summary>
    /// The gradient of a kernel: each patch of the input beside the output's gradient there. The patches come from a convolution with
    /// one-hot kernels, which ONNX Runtime does faster than strided slices; then one product per image, and their sum.
    /// </summary>
    private static GraphValue KernelGradient(this Graph graph, GraphValue x, GraphValue dy, TensorShape weight, ConvGeometry geometry)
    {
        long batch = x.Shape[0];
        long features = x.Shape[1];
        long[] kernel = [.. weight.Sizes.Skip(2)];
        long taps = kernel.Aggregate(1L, (product, size) => product * size);
        long places = dy.Shape.Sizes.Skip(2).Aggregate(1L, (product, size) => product * size);
        double[] oneHot = new double[taps * taps];
        for (long tap = 0; tap < taps; tap++)
        {
            oneHot[(tap * taps) + tap] = 1;
        }

        GraphValue single = graph.Reshape(x, TensorShape.Of([batch * features, 1, .. x.Shape.Sizes.Skip(2)]));
        GraphValue patches = graph.Append(
            new Operation("Conv", [single, graph.SharedConstant($"one_hot_{string.Join('x', kernel)}", oneHot, TensorShape.Of([taps, 1, .. kernel]))])
            {
                Attributes = geometry.Attributes(kernel.Length),
            },
            TensorShape.Of([batch * features, taps, .. dy.Shape.Sizes.Skip(2)]));
        GraphValue columns = graph.Transpose(graph.Reshape(patches, TensorShape.Of(batch, features * taps, places)), 0, 2, 1);
        GraphValue rows = graph.Reshape(dy, TensorShape.Of(batch, dy.Shape[1], places));
        GraphValue products = graph.Append(new Operation("MatMul", [rows, columns]), TensorShape.Of(batch, dy.Shape[1], features * taps));
        return graph.Reshape(graph.Sum(products, 0), weight);
    }

    private static GraphValue SumOverPlaces(this Graph graph, GraphValue dy) =>
        graph.Reshape(graph.Sum(dy, [0, .. Enumerable.Range(2, dy.Shape.Rank - 2).Select(axis => (long)axis)]), TensorShape.Of(dy.Shape[1]));

    private static OnnxAttribute[] Attributes(this ConvGeometry geometry, int dimensions) =>
    [
        OnnxAttribute.Of("kernel_shape", [.. Enumerable.Repeat((long)geometry.Kernel, dimensions)]),
        OnnxAttribute.Of("strides", [.. Enumerable.Repeat((long)geometry.Stride, dimensions)]),
        OnnxAttribute.Of("pads", [.. Enumerable.Repeat((long)geometry.Padding, 2 * dimensions)]),
    ];

    private static OnnxAttribute PaddingTo(this ConvGeometry geometry, TensorShape from, TensorShape to) =>
        OnnxAttribute.Of("output_padding", [.. from.Sizes.Skip(2).Zip(to.Sizes.Skip(2)).Select(pair => geometry.OutputPadding(pair.First, pair.Second))]);

    private static void Check(this Graph graph, string opType, GraphValue x, GraphValue weight, GraphValue bias, ConvGeometry geometry, int inputAxis)
    {
        bool fits = x.Shape.Rank >= 3 && weight.Shape.Rank == x.Shape.Rank && bias.Shape.Rank == 1
            && x.Shape[1] == weight.Shape[inputAxis] && bias.Shape[0] == weight.Shape[1 - inputAxis]
            && weight.Shape.Sizes.Skip(2).All(size => size == geometry.Kernel) && geometry is { Kernel: > 0, Stride: > 0, Padding: >= 0 };
        if (!fits)
        {
            throw graph.Fault(opType, $"x {x.Shape}, weight {weight.Shape} and bias {bias.Shape} do not fit {geometry}");
        }
    }
}
