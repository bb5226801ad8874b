using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>
/// Transposed convolutions in one dimension by polyphase decomposition (Crochiere and Rabiner, Multirate Digital Signal Processing, 1983): the elements o of the result with
/// (o + padding) mod stride = r are made with the taps r, r + stride, … of the kernel alone, by a convolution of stride 1; one convolution makes all phases, as features, and a transposition
/// puts them between each other. ONNX Runtime does that several times as fast as its ConvTranspose; in two dimensions the taps that are filled up and the rearranging cost what is won.
/// </summary>
internal static class PhaseConvolution
{
    /// <param name="graph">The graph to append to. What is appended is not differentiated.</param>
    /// <param name="x">[batch, in, size]</param>
    /// <param name="weight">[in, out, kernel]</param>
    /// <param name="geometry">How the kernel moves in the convolution that is undone.</param>
    /// <param name="shape">[batch, out, size to reach]</param>
    public static GraphValue TransposedByPhases(this Graph graph, GraphValue x, GraphValue weight, ConvGeometry geometry, TensorShape shape)
    {
        // As many taps a phase as the kernel has, or as the last element of the result needs to be reached.
        long behind = Math.Max(0, geometry.OutputPadding(x.Shape[2], shape[2]) - geometry.Padding);
        long taps = (geometry.Kernel + behind + geometry.Stride - 1) / geometry.Stride;
        long features = shape[1] * geometry.Stride, places = x.Shape[2] + taps - 1;
        GraphValue phases = graph.Append(
            new Operation("Conv", [x, graph.PhaseKernel(weight, geometry.Stride, taps)])
            {
                Attributes = [OnnxAttribute.Of("kernel_shape", [taps]), OnnxAttribute.Of("pads", [taps - 1, taps - 1])],
            },
            TensorShape.Of(shape[0], features, places));

        // The phases in front: so it is one large transposition for each row of the batch, which ONNX Runtime is quick at, and not a small one for each feature.
        GraphValue interleaved = graph.Transpose(graph.Reshape(phases, TensorShape.Of(shape[0], geometry.Stride, shape[1] * places)), 0, 2, 1);
        GraphValue whole = graph.Reshape(interleaved, TensorShape.Of(shape[0], shape[1], places * geometry.Stride));
        long[] from = [geometry.Padding], to = [geometry.Padding + shape[2]], axis = [2];
        return graph.Append(new Operation("Slice", [whole, graph.Integers(from), graph.Integers(to), graph.Integers(axis)]), shape);
    }

    /// <summary>[in, out, kernel] to [stride · out, in, taps], the taps of each phase in reverse: what ONNX calls a convolution is a correlation.</summary>
    private static GraphValue PhaseKernel(this Graph graph, GraphValue weight, long stride, long taps)
    {
        long inputs = weight.Shape[0], outputs = weight.Shape[1], missing = (stride * taps) - weight.Shape[2];
        GraphValue filled = missing == 0
            ? weight
            : graph.Append(new Operation("Pad", [weight, graph.Integers(0, 0, 0, 0, 0, missing)]), weight.Shape.With(2, stride * taps));
        GraphValue byTap = graph.Reshape(filled, TensorShape.Of(inputs, outputs, taps, stride));
        GraphValue kernel = graph.Reshape(graph.Transpose(byTap, 3, 1, 0, 2), TensorShape.Of(stride * outputs, inputs, taps));
        return taps == 1
            ? kernel
            : graph.Append(new Operation("Slice", [kernel, graph.Integers(-1), graph.Integers(-1 - taps), graph.Integers(2), graph.Integers(-1)]), kernel.Shape);
    }
}
