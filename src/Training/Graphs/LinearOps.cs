using Thrum.Training.Onnx;

namespace Thrum.Training.Graphs;

/// <summary>Matrix products.</summary>
internal static class LinearOps
{
    /// <summary>A fully connected layer, x·Wᵀ + b.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="x">[rows, in]</param>
    /// <param name="weight">[out, in], as PyTorch stores it</param>
    /// <param name="bias">[out], or [rows, out] for one of each row's own</param>
    /// <returns>[rows, out]</returns>
    public static GraphValue Linear(this Graph graph, GraphValue x, GraphValue weight, GraphValue bias)
    {
        bool fits = x.Shape.Rank == 2 && weight.Shape.Rank == 2 && bias.Shape.Rank is 1 or 2
            && x.Shape[1] == weight.Shape[1] && weight.Shape[0] == bias.Shape[bias.Shape.Rank - 1];
        if (!fits)
        {
            throw graph.Fault("Gemm", $"x {x.Shape}, weight {weight.Shape} and bias {bias.Shape} do not fit; expected [rows, in], [out, in] and [out]");
        }

        TensorShape shape = TensorShape.Of(x.Shape[0], weight.Shape[0]);
        return graph.Append(
            new Operation("Gemm", [x, weight, bias])
            {
                Attributes = GemmAttributes(transposeA: false, transposeB: true),
                Gradients =
                [
                    dy => graph.Gemm(graph.Expand(dy, shape), weight),
                    dy =>
                    {
                        graph.Defer(weight, graph.Expand(dy, shape), x);
                        return null;
                    },
                    dy => graph.SumTo(dy, shape, bias.Shape),
                ],
            },
            shape);
    }

    /// <summary>A fully connected layer by another one's weight transposed, x·W + b: the decoder of tied weights.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="x">[rows, out]</param>
    /// <param name="weight">[out, in] of the layer that is undone</param>
    /// <param name="bias">[in]</param>
    /// <returns>[rows, in]</returns>
    public static GraphValue LinearTied(this Graph graph, GraphValue x, GraphValue weight, GraphValue bias)
    {
        bool fits = x.Shape.Rank == 2 && weight.Shape.Rank == 2 && bias.Shape.Rank == 1
            && x.Shape[1] == weight.Shape[0] && weight.Shape[1] == bias.Shape[0];
        if (!fits)
        {
            throw graph.Fault("Gemm", $"x {x.Shape}, tied weight {weight.Shape} and bias {bias.Shape} do not fit; expected [rows, out], [out, in] and [in]");
        }

        TensorShape shape = TensorShape.Of(x.Shape[0], weight.Shape[1]);
        return graph.Append(
            new Operation("Gemm", [x, weight, bias])
            {
                Attributes = GemmAttributes(transposeA: false, transposeB: false),
                Gradients =
                [
                    dy => graph.Gemm(graph.Expand(dy, shape), weight, transposeB: true),
                    dy =>
                    {
                        graph.Defer(weight, x, graph.Expand(dy, shape));
                        return null;
                    },
                    dy => graph.SumTo(dy, shape, bias.Shape),
                ],
            },
            shape);
    }

    /// <summary>x·C for a constant matrix C [in, out], such as a discrete Fourier transform's; x is [rows, in].</summary>
    public static GraphValue MatMulConstant(this Graph graph, GraphValue x, GraphValue constant)
    {
        if (x.Shape.Rank != 2 || constant.Shape.Rank != 2 || x.Shape[1] != constant.Shape[0])
        {
            throw graph.Fault("MatMul", $"x {x.Shape} and the constant {constant.Shape} do not fit; expected [rows, in] and [in, out]");
        }

        TensorShape shape = TensorShape.Of(x.Shape[0], constant.Shape[1]);
        return graph.Append(
            new Operation("MatMul", [x, constant]) { Gradients = [dy => graph.Gemm(graph.Expand(dy, shape), constant, transposeB: true), null] }, shape);
    }

    /// <summary>A product inside the reverse pass; nothing flows back through it.</summary>
    internal static GraphValue Gemm(this Graph graph, GraphValue a, GraphValue b, bool transposeA = false, bool transposeB = false) => graph.Append(
        new Operation("Gemm", [a, b]) { Attributes = GemmAttributes(transposeA, transposeB) },
        TensorShape.Of(a.Shape[transposeA ? 1 : 0], b.Shape[transposeB ? 0 : 1]));

    private static OnnxAttribute[] GemmAttributes(bool transposeA, bool transposeB) =>
        [OnnxAttribute.Of("transA", transposeA ? 1L : 0L), OnnxAttribute.Of("transB", transposeB ? 1L : 0L)];
}
